package io.ordersaga.coordinator.transport;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How submits over gRPC are refused while this node has too much to do. A refusal costs about as much as the call of a
/// branch, so that many of them in a second would leave nothing for the sagas that were taken. Refusals beyond a rate
/// are held back for a moment: a caller then has fewer calls for `ordersaga.grpc.calls-per-connection`, and
/// the rest waits on its side.
///
/// @param perSecond refusals in each second that nobody has to wait for
/// @param holdMax how long one is held back at most, so about the longest wait for a refusal
/// @param heldMax refusals that are held back; one more is sent at once
public record RefusalSettings(
        @DefaultValue("5000") int perSecond,
        @DefaultValue("500ms") Duration holdMax,
        @DefaultValue("10000") int heldMax) {

    public RefusalSettings {
        must("per-second", "be positive", perSecond > 0);
        must("hold-max", "be from 0s to 10s", !holdMax.isNegative() && holdMax.toSeconds() <= 10);
        must("held-max", "not be negative", heldMax >= 0);
    }

    private static void must(String setting, String rule, boolean obeyed) {
        if (!obeyed) {
            throw new IllegalArgumentException("ordersaga.coordinator.refusals." + setting + " must " + rule);
        }
    }
}
