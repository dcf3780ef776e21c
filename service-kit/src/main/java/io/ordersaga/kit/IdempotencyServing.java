package io.ordersaga.kit;

import io.grpc.ServerInterceptor;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

/// What a program needs beside [GrpcServing] and [DatabaseAccess] to do requests once: its schema has a
/// table `idempotency_record`, as stock-service's migrations make it.
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties(IdempotencyConfig.class)
public class IdempotencyServing {
    @Bean
    IdempotentRequests idempotentRequests(
            Jdbi jdbi, Connections connections, ErrorDomain domain, IdempotencyConfig config) {
        return new IdempotentRequests(jdbi, connections, domain, config);
    }

    @Bean
    @Order(500)
    @GlobalServerInterceptor
    ServerInterceptor replayHeader() {
        return new ReplayHeader();
    }

    @Bean
    SchedulingConfigurer purgeOfIdempotentRequests(IdempotentRequests requests, IdempotencyConfig config) {
        return tasks -> tasks.addFixedDelayTask(requests::purge, config.purgeInterval());
    }
}
