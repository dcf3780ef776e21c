package io.ordersaga.order.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class WebhookConfigTest {
    @Test
    void waitsDoubleUpToTheLongest() {
        WebhookConfig.Retry retry = bind(Map.of()).retry();
        assertThat(retry.after(1)).isEqualTo(Duration.ofSeconds(5));
        assertThat(retry.after(2)).isEqualTo(Duration.ofSeconds(10));
        assertThat(retry.after(15)).isEqualTo(Duration.ofHours(1));
        assertThat(retry.after(1000)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void ownNetworkIsRefusedUnlessConfigured() {
        assertThat(bind(Map.of()).allowPrivate()).isFalse();
        assertThat(bind(Map.of()).allowHttp()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "endpoints-max=0",
                "orders-max=0",
                "body-bytes-max=10",
                "kept-for=0s",
                "relay.interval=0s",
                "relay.batch=0",
                "sending.interval=0s",
                "sending.deadline=0s",
                "sending.at-once=0",
                "sending.tend-interval=0s",
                "retry.first=0s",
                "retry.max=1s",
                "retry.attempts=0"
            })
    void nonsenseIsRefused(String setting) {
        String[] parts = setting.split("=", 2);
        assertThatThrownBy(() -> bind(Map.of("ordersaga.order-webhooks." + parts[0], parts[1])))
                .rootCause()
                .hasMessageContaining("ordersaga.order-webhooks." + parts[0]);
    }

    private static WebhookConfig bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("ordersaga.order-webhooks", WebhookConfig.class);
    }
}
