package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class GatewayConfigTest {
    private static final String PREFIX = "ordersaga.gateway.";
    private static final Map<String, String> LEAST =
            Map.of("upstreams.order.target", "localhost:8282", "upstreams.order.services", "a.Orders,a.More");

    @Test
    void defaults() {
        GatewayConfig config = bind(LEAST);

        assertThat(config.upstreams())
                .containsOnly(Map.entry(
                        "order", new GatewayConfig.Upstream("localhost:8282", List.of("a.Orders", "a.More"))));
        assertThat(config.deadline())
                .isEqualTo(new GatewayConfig.Deadline(Duration.ofSeconds(5), Duration.ofSeconds(30)));
        assertThat(config.limits())
                .isEqualTo(new GatewayConfig.Limits(DataSize.ofKilobytes(64), 32, DataSize.ofMegabytes(4)));
        assertThat(config.breaker()).isEqualTo(new GatewayConfig.Breaker(50, 20, 10, Duration.ofSeconds(2), 3));
        assertThat(config.bulkhead()).isEqualTo(new GatewayConfig.Bulkhead(256, Duration.ofMillis(50)));
        assertThat(config.forwardedHeaders()).isEmpty();
    }

    @Test
    void everyKeyIsMapped() {
        Map<String, String> settings = new HashMap<>(LEAST);
        settings.putAll(Map.of(
                "deadline.usual", "1s",
                "deadline.max", "2s",
                "limits.body", "1KB",
                "limits.json-depth", "3",
                "limits.response", "2KB",
                "bulkhead.calls", "4",
                "bulkhead.max-wait", "5ms",
                "forwarded-headers", "Accept-Language"));
        settings.putAll(Map.of(
                "breaker.failure-percent", "6",
                "breaker.window", "8",
                "breaker.minimum-calls", "7",
                "breaker.open-for", "9s",
                "breaker.trial-calls", "10"));

        GatewayConfig config = bind(settings);

        assertThat(config.deadline())
                .isEqualTo(new GatewayConfig.Deadline(Duration.ofSeconds(1), Duration.ofSeconds(2)));
        assertThat(config.limits())
                .isEqualTo(new GatewayConfig.Limits(DataSize.ofKilobytes(1), 3, DataSize.ofKilobytes(2)));
        assertThat(config.breaker()).isEqualTo(new GatewayConfig.Breaker(6, 8, 7, Duration.ofSeconds(9), 10));
        assertThat(config.bulkhead()).isEqualTo(new GatewayConfig.Bulkhead(4, Duration.ofMillis(5)));
        assertThat(config.forwardedHeaders()).containsExactly("accept-language");
    }

    @ParameterizedTest
    @CsvSource({
        "deadline.usual, 31s, deadline",
        "deadline.usual, 0s, deadline",
        "limits.body, 0KB, limits",
        "limits.body, 3GB, limits",
        "limits.json-depth, 0, limits",
        "breaker.failure-percent, 101, breaker",
        "breaker.window, 5, breaker",
        "breaker.open-for, 0s, breaker",
        "bulkhead.calls, 0, bulkhead",
        "upstreams.order.target, '', target",
        "forwarded-headers, dtm-gid, internal",
        "forwarded-headers, Ordersaga-User-Roles, internal",
        "forwarded-headers, Saga-Rejection-Bin, internal",
        "forwarded-headers, some-bin, internal",
        "forwarded-headers, traceparent, internal",
    })
    void whatMakesNoSenseIsRefused(String key, String value, String complaint) {
        Map<String, String> settings = new HashMap<>(LEAST);
        settings.put(key, value);

        assertThatThrownBy(() -> bind(settings)).hasStackTraceContaining(complaint);
    }

    @Test
    void anUnknownKeyIsRefused() {
        Map<String, String> settings = new HashMap<>(LEAST);
        settings.put("deadline.usuall", "1s");

        assertThatThrownBy(() -> bind(settings)).hasStackTraceContaining("usuall");
    }

    @ParameterizedTest
    @CsvSource({
        "upstreams.order.services, ordersaga.pay.v1.PayService, is unknown or named twice",
        "upstreams.order.services, ordersaga.Nope, is unknown or named twice",
        "upstreams.pay.services, ordersaga.pay.v1.PayBranches, none has the service ordersaga.pay.v1.PayService",
        "deadline.usuall, 1s, usuall",
    })
    void aGatewayWithoutPlaceForAServiceDoesNotStart(String key, String value, String complaint) {
        try (FakeUpstream upstream = FakeUpstream.start()) {
            assertThatThrownBy(() -> RunningGateway.start(upstream, Map.of(PREFIX + key, value))
                            .close())
                    .hasStackTraceContaining(complaint);
        }
    }

    private static GatewayConfig bind(Map<String, String> settings) {
        Map<String, String> prefixed = new HashMap<>();
        settings.forEach((key, value) -> prefixed.put(PREFIX + key, value));
        return new Binder(new MapConfigurationPropertySource(prefixed))
                .bind(
                        "ordersaga.gateway",
                        Bindable.of(GatewayConfig.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
                .get();
    }
}
