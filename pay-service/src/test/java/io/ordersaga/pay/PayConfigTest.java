package io.ordersaga.pay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PayConfigTest {
    @Test
    void moneyIsNeverMockedUnlessItIsAskedFor() {
        PayConfig defaults = bind(Map.of());

        assertThat(defaults.mock().enabled()).isFalse();
        assertThat(defaults.stripe().enabled()).isFalse();
        assertThat(defaults.expiry()).isEqualTo(Duration.ofMinutes(30));
        assertThat(defaults.webhooks().tolerance()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void keysAreNotPrinted() {
        PayConfig config = bind(Map.of(
                "ordersaga.pay.stripe.secret-key",
                "sk_live_1",
                "ordersaga.pay.stripe.webhook-secrets",
                "whsec_1,whsec_2"));

        assertThat(config.stripe().webhookSecrets()).containsExactly("whsec_1", "whsec_2");
        assertThat(config.toString()).doesNotContain("sk_live_1", "whsec_1");
    }

    @ParameterizedTest
    @CsvSource({
        "provider, paypal",
        "expiry, 0s",
        "attempts-max, 21",
        "branches.order, nowhere",
        "outbox.batch, 0",
        "checks.first, 10ms",
        "checks.last, 1s",
        "webhooks.tolerance, 0s",
        "outbox.retention, 0s",
        "mock.retention, 0s",
        "purge.interval, 0s",
        "purge.batch, 0",
        "purge.rounds, 0",
        "mock.port, 65536",
        "stripe.secret-key, sk_without_webhook_secret"
    })
    void whatCannotWorkIsRefusedByName(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of("ordersaga.pay." + key, value)))
                .rootCause()
                .hasMessageContaining("ordersaga.pay." + key.replace("secret-key", "webhook-secrets"));
    }

    private static PayConfig bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate("ordersaga.pay", PayConfig.class);
    }
}
