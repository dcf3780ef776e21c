package io.ordersaga.kit;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.grpc.server.service.GrpcServiceConfigurer;
import org.springframework.grpc.server.service.GrpcServiceDiscoverer;

/// The branches of a program over HTTP too, when `ordersaga.branches.http.enabled` says so.
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "ordersaga.branches.http.enabled", havingValue = "true")
@EnableConfigurationProperties(BranchHttpConfig.class)
class BranchHttpServing {
    /// After the observation of the request, before all else.
    private static final int FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

    @Bean
    BranchHttpCalls branchHttpCalls(
            GrpcServiceDiscoverer services, GrpcServiceConfigurer interceptors, GrpcLimits limits) {
        return new BranchHttpCalls(
                services.findServices().stream()
                        .map(service -> interceptors.configure(service, null))
                        .toList(),
                limits.callTimeLimit());
    }

    @Bean
    BranchHttpPort branchHttpPort(
            BranchHttpConfig config, ServerProperties server, ObjectProvider<BranchHttpCalls> branches) {
        return new BranchHttpPort(config, server.getAddress(), branches);
    }

    @Bean
    FilterRegistrationBean<BranchHttpPort> branchHttpFilter(BranchHttpPort port) {
        FilterRegistrationBean<BranchHttpPort> filter = new FilterRegistrationBean<>(port);
        filter.setOrder(FILTER_ORDER);
        return filter;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> branchHttpConnector(BranchHttpPort port) {
        return server -> server.addAdditionalConnectors(port.connector());
    }
}
