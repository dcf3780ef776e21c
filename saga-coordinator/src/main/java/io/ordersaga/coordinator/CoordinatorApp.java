package io.ordersaga.coordinator;

import io.ordersaga.kit.DatabaseAccess;
import io.ordersaga.kit.GrpcServing;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/// Drives sagas: takes them in over DTM's protocol, calls their branches until every one is done or undone.
@SpringBootConfiguration
@EnableAutoConfiguration
@EnableConfigurationProperties(CoordinatorConfig.class)
@Import({
    GrpcServing.class,
    DatabaseAccess.class,
    Wiring.class,
    AccessWiring.class,
    QueryWiring.class,
    OperationWiring.class,
    AlertWiring.class,
    OperatorApiWiring.class,
    PageWiring.class
})
public class CoordinatorApp {

    public static void main(String[] arguments) {
        SpringApplication.run(CoordinatorApp.class, arguments);
    }
}
