package io.ordersaga.coordinator;

import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.ordersaga.coordinator.admin.access.AccessInterceptor;
import io.ordersaga.coordinator.admin.access.AccessSettings;
import io.ordersaga.kit.ErrorDomain;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.grpc.server.GlobalServerInterceptor;

/// Who may use the operators' API, put together.
@Configuration(proxyBeanMethods = false)
class AccessWiring {

    /// After what turns exceptions into statuses and before anything that reads the request.
    @Bean
    @Order(360)
    @GlobalServerInterceptor
    ServerInterceptor accessInterceptor(
            CoordinatorConfig config,
            ErrorDomain domain,
            ObjectProvider<BindableService> services,
            Environment environment) {
        AccessSettings access = config.admin().access();
        if (!access.enforced() && !environment.acceptsProfiles(Profiles.of("dev"))) {
            throw new IllegalArgumentException(
                    "ordersaga.coordinator.admin.access.enforced may be false only in the profile dev");
        }
        return new AccessInterceptor(
                access, config.admin().readOnly(), domain, services.stream().toList());
    }
}
