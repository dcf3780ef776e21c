package io.ordersaga.coordinator;

import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.ordersaga.coordinator.admin.access.Access;
import io.ordersaga.coordinator.admin.access.AccessSettings;
import io.ordersaga.coordinator.admin.access.AccountEndpoint;
import io.ordersaga.coordinator.admin.access.BrowserSessions;
import io.ordersaga.coordinator.admin.access.SessionEndpoint;
import io.ordersaga.coordinator.admin.access.TokenEndpoint;
import io.ordersaga.coordinator.admin.audit.AuditEndpoint;
import io.ordersaga.coordinator.admin.audit.AuditLog;
import io.ordersaga.coordinator.admin.query.Masking;
import io.ordersaga.coordinator.admin.query.TransactionQueries;
import io.ordersaga.kit.ErrorDomain;
import jakarta.servlet.Filter;
import org.jdbi.v3.core.Jdbi;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.grpc.server.GlobalServerInterceptor;

/// Who may use the operators' API, put together.
@Configuration(proxyBeanMethods = false)
class AccessWiring {

    @Bean
    AuditLog auditLog(Jdbi jdbi) {
        return new AuditLog(jdbi);
    }

    @Bean
    Access access(Jdbi jdbi, AuditLog audit, CoordinatorConfig config, ErrorDomain domain, Environment environment) {
        AccessSettings settings = config.admin().access();
        if (!settings.enforced() && !environment.acceptsProfiles(Profiles.of("dev"))) {
            throw new IllegalArgumentException(
                    "ordersaga.coordinator.admin.access.enforced may be false only in the profile dev");
        }
        Masking masking = new Masking(config.admin().masking());
        return new Access(jdbi, audit, settings, config.admin().readOnly(), masking::text, domain);
    }

    /// Outside of what turns exceptions into statuses, at 200.
    @Bean
    @Order(150)
    @GlobalServerInterceptor
    ServerInterceptor auditInterceptor(Access access) {
        return access.auditInterceptor();
    }

    /// Inside of it, and before anything that parses the request.
    @Bean
    @Order(360)
    @GlobalServerInterceptor
    ServerInterceptor accessInterceptor(Access access) {
        return access.accessInterceptor();
    }

    /// Nothing is served before it has run.
    @Bean
    SmartInitializingSingleton operatorsKnown(Access access, ObjectProvider<BindableService> services) {
        return () -> {
            Access.requireRoles(services.stream().toList());
            access.makeFirstAccount();
        };
    }

    @Bean
    SessionEndpoint sessionEndpoint(Access access) {
        return access.sessionEndpoint();
    }

    @Bean
    AccountEndpoint accountEndpoint(Access access) {
        return access.accountEndpoint();
    }

    @Bean
    TokenEndpoint tokenEndpoint(Access access) {
        return access.tokenEndpoint();
    }

    @Bean
    AuditEndpoint auditEndpoint(AuditLog audit, TransactionQueries queries, ErrorDomain domain) {
        return new AuditEndpoint(audit, queries.gate(), domain);
    }

    @Bean
    BrowserSessions browserSessions(Access access) {
        return access.browserSessions();
    }

    /// After the gate that refuses submits under overload, before everything else.
    @Bean
    FilterRegistrationBean<Filter> browserGuard(Access access) {
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(access.browserGuard());
        registration.setName("browserGuard");
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return registration;
    }
}
