package io.ordersaga.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class GrpcLimitsTest {
    @Test
    void withoutSettingsTheDefaultsHold() {
        assertThat(bind(Map.of())).isEqualTo(new GrpcLimits(Duration.ofSeconds(10), 1000));
    }

    @Test
    void everySettingHasItsKey() {
        assertThat(bind(Map.of(
                        "ordersaga.grpc.call-time-limit", "3s",
                        "ordersaga.grpc.calls-per-connection", "50")))
                .isEqualTo(new GrpcLimits(Duration.ofSeconds(3), 50));
    }

    @Test
    void limitsThatStopEverythingAreRefused() {
        assertThatThrownBy(() -> new GrpcLimits(Duration.ZERO, 1)).hasMessageContaining("call-time-limit");
        assertThatThrownBy(() -> new GrpcLimits(Duration.ofSeconds(1), 0)).hasMessageContaining("calls-per-connection");
    }

    private static GrpcLimits bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("ordersaga.grpc", GrpcLimits.class);
    }
}
