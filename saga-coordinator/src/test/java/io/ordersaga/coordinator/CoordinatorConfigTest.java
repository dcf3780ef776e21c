package io.ordersaga.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coordinator.dispatch.DispatchSettings;
import io.ordersaga.coordinator.dispatch.TargetSettings;
import io.ordersaga.coordinator.store.StoreSettings;
import io.ordersaga.coordinator.transport.AllowList;
import io.ordersaga.coordinator.transport.CallSettings;
import io.ordersaga.coordinator.transport.ConnectionSettings;
import io.ordersaga.coordinator.transport.DtmAlertSettings;
import io.ordersaga.coordinator.transport.RefusalSettings;
import io.ordersaga.coordinator.transport.SubmitLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class CoordinatorConfigTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new CoordinatorConfig(
                        new CoordinatorConfig.Retry(Duration.ofSeconds(1), Duration.ofSeconds(10)),
                        new DispatchSettings(
                                128,
                                1000,
                                Duration.ofMillis(200),
                                500,
                                100,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(5),
                                Duration.ofMillis(500)),
                        new TargetSettings(
                                128, 32, 512, Duration.ofSeconds(1), 1000, 20, 100, Duration.ofSeconds(2), 3),
                        new CoordinatorConfig.Parking(20, 0),
                        false,
                        new CallSettings(Duration.ofSeconds(3), Duration.ofSeconds(1), 1000, 65536),
                        new SubmitLimits(
                                1000,
                                3145728,
                                1048576,
                                2048,
                                64,
                                2048,
                                65536,
                                10000,
                                100,
                                Duration.ofDays(366),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(30)),
                        new RefusalSettings(5000, Duration.ofMillis(500), 10_000),
                        true,
                        new ConnectionSettings(10_000, 10_000, 2_000),
                        new DtmAlertSettings("", 3, Duration.ofSeconds(5), 100),
                        new AllowList(true, List.of()),
                        new CoordinatorConfig.Prepared(Duration.ofSeconds(35), Duration.ofSeconds(10)),
                        StoreSettings.DEFAULT,
                        // AdminSettingsTest has them.
                        bind(Map.of()).admin()));
    }

    @Test
    void everyKey() {
        Map<String, String> settings = new HashMap<>();
        settings.put("retry.base", "2s");
        settings.put("retry.cap", "20s");
        settings.put("dispatch.fresh-min", "1");
        settings.put("dispatch.fresh-max", "2");
        settings.put("dispatch.store-goal", "3s");
        settings.put("dispatch.resumed-max", "4");
        settings.put("dispatch.batch", "5");
        settings.put("dispatch.poll", "6s");
        settings.put("dispatch.lease", "7m");
        settings.put("dispatch.drain", "8s");
        settings.put("targets.calls-max", "3");
        settings.put("targets.reserved", "2");
        settings.put("targets.waiting-max", "4");
        settings.put("targets.wait-max", "5s");
        settings.put("targets.targets-max", "6");
        settings.put("targets.window", "7");
        settings.put("targets.failures-percent", "8");
        settings.put("targets.open-for", "9s");
        settings.put("targets.probes", "10");
        settings.put("parking.errors-max", "11");
        settings.put("parking.unanswered-max", "12");
        settings.put("strict", "true");
        settings.put("calls.timeout", "7s");
        settings.put("calls.connect", "8s");
        settings.put("calls.targets-max", "9");
        settings.put("calls.response-bytes-max", "10");
        settings.put("dtm-quirks", "false");
        settings.put("limits.steps-max", "11");
        settings.put("limits.saga-bytes-max", "12");
        settings.put("limits.payload-bytes-max", "121");
        settings.put("limits.url-length-max", "122");
        settings.put("limits.headers-max", "123");
        settings.put("limits.header-bytes-max", "13");
        settings.put("limits.custom-data-bytes-max", "131");
        settings.put("limits.orders-max", "132");
        settings.put("limits.subscribers-max", "133");
        settings.put("limits.interval-max", "14d");
        settings.put("limits.accept-max", "15s");
        settings.put("limits.wait-max", "16s");
        settings.put("connections.grpc-max", "29");
        settings.put("connections.http-max", "30");
        settings.put("connections.per-address-max", "31");
        settings.put("dtm-alert.web-hook", "http://ops:1/x");
        settings.put("dtm-alert.retry-limit", "2");
        settings.put("dtm-alert.deadline", "4s");
        settings.put("dtm-alert.pending-max", "28");
        settings.put("allowed.enforced", "false");
        settings.put("allowed.targets[0]", "grpc://stock:1");
        settings.put("allowed.targets[1]", "https://*.shop:*");
        settings.put("prepared.timeout", "17s");
        settings.put("prepared.callback", "18s");
        settings.put("store.queue", "17");
        settings.put("store.lanes", "3");
        settings.put("store.batch-rows", "18");
        settings.put("store.batch-bytes", "19");
        settings.put("store.linger", "20ms");
        settings.put("store.linger-from", "21");
        settings.put("store.lazy-delay", "22ms");
        settings.put("store.wait-delay", "23ms");
        settings.put("store.journal-queue", "24");
        settings.put("store.patience", "25s");
        settings.put("refusals.per-second", "26");
        settings.put("refusals.hold-max", "2s");
        settings.put("refusals.held-max", "27");

        assertThat(bind(settings))
                .isEqualTo(new CoordinatorConfig(
                        new CoordinatorConfig.Retry(Duration.ofSeconds(2), Duration.ofSeconds(20)),
                        new DispatchSettings(
                                1,
                                2,
                                Duration.ofSeconds(3),
                                4,
                                5,
                                Duration.ofSeconds(6),
                                Duration.ofMinutes(7),
                                Duration.ofSeconds(8)),
                        new TargetSettings(3, 2, 4, Duration.ofSeconds(5), 6, 7, 8, Duration.ofSeconds(9), 10),
                        new CoordinatorConfig.Parking(11, 12),
                        true,
                        new CallSettings(Duration.ofSeconds(7), Duration.ofSeconds(8), 9, 10),
                        new SubmitLimits(
                                11,
                                12,
                                121,
                                122,
                                123,
                                13,
                                131,
                                132,
                                133,
                                Duration.ofDays(14),
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(16)),
                        new RefusalSettings(26, Duration.ofSeconds(2), 27),
                        false,
                        new ConnectionSettings(29, 30, 31),
                        new DtmAlertSettings("http://ops:1/x", 2, Duration.ofSeconds(4), 28),
                        new AllowList(false, List.of("grpc://stock:1", "https://*.shop:*")),
                        new CoordinatorConfig.Prepared(Duration.ofSeconds(17), Duration.ofSeconds(18)),
                        new StoreSettings(
                                17,
                                3,
                                18,
                                19,
                                Duration.ofMillis(20),
                                21,
                                Duration.ofMillis(22),
                                Duration.ofMillis(23),
                                24,
                                Duration.ofSeconds(25)),
                        bind(Map.of()).admin()));
    }

    @ParameterizedTest
    @CsvSource({
        "retry.base, 0s",
        "retry.cap, 500ms",
        "dispatch.fresh-min, 0",
        "dispatch.fresh-max, 0",
        "dispatch.store-goal, 0s",
        "dispatch.resumed-max, -1",
        "dispatch.batch, 0",
        "dispatch.poll, 0s",
        "dispatch.lease, -1s",
        "dispatch.drain, 0s",
        "targets.calls-max, 0",
        "targets.reserved, 128",
        "targets.waiting-max, -1",
        "targets.wait-max, 0s",
        "targets.targets-max, 0",
        "targets.window, 0",
        "targets.failures-percent, 101",
        "targets.open-for, 0s",
        "targets.probes, 0",
        "parking.errors-max, -1",
        "parking.unanswered-max, -1",
        "calls.timeout, 0s",
        "calls.connect, 0s",
        "calls.targets-max, 0",
        "calls.response-bytes-max, 0",
        "limits.steps-max, 0",
        "limits.saga-bytes-max, 0",
        "limits.header-bytes-max, 0",
        "limits.interval-max, 0s",
        "limits.accept-max, 0s",
        "limits.wait-max, 0s",
        "refusals.per-second, 0",
        "refusals.hold-max, 11s",
        "refusals.held-max, -1",
        "connections.grpc-max, 0",
        "connections.http-max, 0",
        "connections.per-address-max, 0",
        "dtm-alert.web-hook, ftp://ops/x",
        "dtm-alert.retry-limit, 0",
        "dtm-alert.deadline, 0s",
        "dtm-alert.pending-max, 0",
        "store.queue, 0",
        "store.lanes, 17",
        "store.batch-rows, 1001",
        "store.batch-bytes, 0",
        "store.linger, -1ms",
        "store.linger-from, 0",
        "store.lazy-delay, -1ms",
        "store.wait-delay, -1ms",
        "store.journal-queue, 0",
        "store.patience, 0s",
        "retry.cap, soon",
        "retry.bse, 1s"
    })
    void aWrongValueOrKeyKeepsTheProgramFromStarting(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of(key, value))).hasStackTraceContaining(key);
    }

    private static CoordinatorConfig bind(Map<String, String> settings) {
        AtomicReference<CoordinatorConfig> bound = new AtomicReference<>();
        new ApplicationContextRunner()
                .withUserConfiguration(Settings.class)
                .withPropertyValues(settings.entrySet().stream()
                        .map(entry -> "ordersaga.coordinator." + entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new))
                .run(context -> {
                    if (context.getStartupFailure() != null) {
                        throw new IllegalStateException(context.getStartupFailure());
                    }
                    bound.set(context.getBean(CoordinatorConfig.class));
                });
        return bound.get();
    }

    @EnableConfigurationProperties(CoordinatorConfig.class)
    static class Settings {}
}
