package io.ordersaga.saga.spring;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where the coordinator is, and how long it may take.
///
/// @param coordinator address of its gRPC server, as gRPC understands it: `host:port` or
///     `dns:///host:port`
/// @param plaintext whether to do without TLS, as DTM's own server needs it; applies to branches, too
/// @param deadline of each call of the coordinator that does not state its own. One that waits for the
///     end of a transaction usually needs more
/// @param branchDeadline of each try of a tcc's branch
/// @param barrierTable DTM's barrier table to use, such as `dtm_barrier.barrier`; empty for the table of
///     `db/barrier`
@ConfigurationProperties(prefix = "ordersaga.saga-client", ignoreUnknownFields = false)
public record SagaClientConfig(
        @DefaultValue("localhost:36790") String coordinator,
        @DefaultValue("true") boolean plaintext,
        @DefaultValue("5s") Duration deadline,
        @DefaultValue("3s") Duration branchDeadline,
        @DefaultValue("") String barrierTable) {

    public SagaClientConfig {
        valid("coordinator", !coordinator.isBlank(), "must not be empty");
        valid("deadline", deadline.isPositive(), "must be positive");
        valid("branch-deadline", branchDeadline.isPositive(), "must be positive");
    }

    private static void valid(String setting, boolean isValid, String rule) {
        if (!isValid) {
            throw new IllegalArgumentException("ordersaga.saga-client." + setting + " " + rule);
        }
    }
}
