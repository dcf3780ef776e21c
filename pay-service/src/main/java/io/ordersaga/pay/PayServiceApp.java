package io.ordersaga.pay;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/// The program. [PayWiring] shows what it is made of.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(PayWiring.class)
public class PayServiceApp {
    public static void main(String[] arguments) {
        SpringApplication.run(PayServiceApp.class, arguments);
    }
}
