package io.ordersaga.coordinator.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AdminSettingsTest {
    private static final String PREFIX = "ordersaga.coordinator.admin";

    @Test
    void whoSaysNothingIsSafe() {
        AdminSettings settings = bind(Map.of());

        assertThat(settings.access().enforced()).isTrue();
        assertThat(settings.readOnly()).isFalse();
        assertThat(settings.access().initialPassword()).isEmpty();
        assertThat(settings.access().session().secureCookie()).isTrue();
        assertThat(settings.access().session().idle()).isEqualTo(Duration.ofMinutes(15));
        assertThat(settings.access().session().absolute()).isEqualTo(Duration.ofHours(8));
        assertThat(settings.alert().allowHttp()).isFalse();
        assertThat(settings.alert().allowPrivate()).isFalse();
    }

    @Test
    void aPasswordIsNotPrintedWithTheSettings() {
        assertThat(bind(Map.of("access.initial-password", "a canary of a password"))
                        .toString())
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource({
        "access.recheck, -1s",
        "access.accounts-max, 0",
        "access.accounts-max, 1001",
        "access.initial-password, short",
        "access.password-cost, 3",
        "access.password-cost, 17",
        "access.hashes-at-once, 0",
        "access.denied-per-second, 0",
        "access.session.idle, 9h",
        "access.session.idle, 0s",
        "access.session.per-account, 0",
        "access.throttle.free, 0",
        "access.throttle.first, 1h",
        "http.body-max, 100B",
        "http.json-depth, 0",
        "http.deadline, 1h",
        "operation.select-max, 30s",
        "alert.every, 0s",
        "alert.open-max, 0",
        "alert.retry-max, 1s",
    })
    void aValueThatCannotBeMeantIsRefused(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of(key, value)))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(PREFIX);
    }

    private static AdminSettings bind(Map<String, String> settings) {
        MapConfigurationPropertySource source = new MapConfigurationPropertySource();
        settings.forEach((key, value) -> source.put(PREFIX + "." + key, value));
        return new Binder(source).bindOrCreate(PREFIX, AdminSettings.class);
    }
}
