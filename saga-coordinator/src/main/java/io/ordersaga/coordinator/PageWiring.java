package io.ordersaga.coordinator;

import io.ordersaga.coordinator.admin.access.BrowserSessions;
import io.ordersaga.coordinator.admin.page.PageRoutes;
import io.ordersaga.kit.InProcessServices;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/// The admin page, put together: it asks the same services as everybody outside, through the same interceptors, but
/// without a wire.
@Configuration(proxyBeanMethods = false)
class PageWiring {

    /// Before DTM's routes, which answer whatever nobody else knows.
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    RouterFunction<ServerResponse> pageRoutes(
            InProcessServices operators, BrowserSessions sessions, CoordinatorConfig config) {
        return new PageRoutes(operators.channel(), sessions, config.admin().page(), InstantSource.system()).routes();
    }
}
