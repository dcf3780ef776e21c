package io.ordersaga.coordinator.transport;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How participants are called.
///
/// @param timeout of one call, when the saga asks for no other
/// @param connect how long a participant that was away is given to take a connection again
/// @param targetsMax gRPC targets with a channel of their own; the one unused longest gives way
/// @param responseBytesMax of an HTTP answer that are read; what is beyond is neither read nor searched
public record CallSettings(
        @DefaultValue("3s") Duration timeout,
        @DefaultValue("1s") Duration connect,
        @DefaultValue("1000") int targetsMax,
        @DefaultValue("65536") int responseBytesMax) {

    public CallSettings {
        positive("timeout", timeout.isPositive());
        positive("connect", connect.isPositive());
        positive("targets-max", targetsMax > 0);
        positive("response-bytes-max", responseBytesMax > 0);
    }

    private static void positive(String setting, boolean isPositive) {
        if (!isPositive) {
            throw new IllegalArgumentException("ordersaga.coordinator.calls." + setting + " must be positive");
        }
    }
}
