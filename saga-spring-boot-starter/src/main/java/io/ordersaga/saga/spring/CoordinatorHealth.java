package io.ordersaga.saga.spring;

import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.client.DtmClient;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Whether the coordinator answers; asks it for a gid, which costs it nothing. Thread-safe.
final class CoordinatorHealth implements HealthIndicator {
    private final DtmClient client;

    CoordinatorHealth(DtmClient client) {
        this.client = client;
    }

    @Override
    public Health health() {
        try {
            String _ = client.newGid();
            return Health.up().build();
        } catch (StatusRuntimeException e) {
            return Health.down()
                    .withDetail("status", e.getStatus().getCode().name())
                    .build();
        }
    }
}
