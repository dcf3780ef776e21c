package io.ordersaga.order;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/// The program. [OrderWiring] shows what it is made of.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(OrderWiring.class)
public class OrderServiceApp {
    public static void main(String[] arguments) {
        SpringApplication.run(OrderServiceApp.class, arguments);
    }
}
