package io.ordersaga.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/// The HTTP side of the system: every rpc with an http annotation is a route here.
@SpringBootApplication
@EnableConfigurationProperties(GatewayConfig.class)
@Import({GatewayWiring.class, HttpServerSettings.class})
public class GatewayApp {
    public static void main(String[] args) {
        SpringApplication.run(GatewayApp.class, args);
    }
}
