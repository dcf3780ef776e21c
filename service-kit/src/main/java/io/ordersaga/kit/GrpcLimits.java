package io.ordersaga.kit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Bounds of every gRPC server of ours; the size of a message is Boot's own
/// `spring.grpc.server.inbound.message.max-size`.
///
/// @param callTimeLimit a unary call is answered within this, also when its caller set no deadline; calls that it makes
///     itself inherit what is left
/// @param callsPerConnection calls in flight on one connection; the caller's side queues the rest
@ConfigurationProperties("ordersaga.grpc")
public record GrpcLimits(
        @DefaultValue("10s") Duration callTimeLimit,
        @DefaultValue("1000") int callsPerConnection) {
    public GrpcLimits {
        if (!callTimeLimit.isPositive()) {
            throw new IllegalArgumentException("ordersaga.grpc.call-time-limit must be positive: " + callTimeLimit);
        }
        if (callsPerConnection < 1) {
            throw new IllegalArgumentException(
                    "ordersaga.grpc.calls-per-connection must be positive: " + callsPerConnection);
        }
    }
}
