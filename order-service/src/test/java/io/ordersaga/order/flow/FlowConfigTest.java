package io.ordersaga.order.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class FlowConfigTest {
    @Test
    void defaultsAreUsable() {
        FlowConfig config = bind(Map.of());
        assertThat(config.timers().completeAfter()).isEqualTo(Duration.ofDays(15));
        assertThat(config.sweep().age()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "outcome-wait=0s",
                "timers.interval=0s",
                "timers.batch=0",
                "timers.complete-after=0s",
                "timers.pause=-1s",
                "sweep.age=0s",
                "sweep.interval=0s",
                "sweep.batch=0"
            })
    void nonsenseIsRefused(String setting) {
        String[] parts = setting.split("=", 2);
        assertThatThrownBy(() -> bind(Map.of("ordersaga.order-flow." + parts[0], parts[1])))
                .rootCause()
                .hasMessageContaining("ordersaga.order-flow." + parts[0]);
    }

    private static FlowConfig bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("ordersaga.order-flow", FlowConfig.class);
    }
}
