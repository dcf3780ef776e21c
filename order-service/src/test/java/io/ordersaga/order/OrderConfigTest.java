package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.kit.BranchTransport;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class OrderConfigTest {
    private final ApplicationContextRunner program =
            new ApplicationContextRunner().withUserConfiguration(OnlyConfig.class);

    @EnableConfigurationProperties(OrderConfig.class)
    static class OnlyConfig {}

    static OrderConfig defaults() {
        return new OrderConfig(
                "CNY",
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                URI.create("http://localhost:36789"),
                Duration.ofMinutes(30),
                new OrderConfig.Branches(
                        BranchTransport.GRPC,
                        "localhost:8282",
                        "localhost:28282",
                        "localhost:18282",
                        "localhost:38282",
                        new OrderConfig.Http(
                                "http://localhost:8285",
                                "http://localhost:28285",
                                "http://localhost:18285",
                                "http://localhost:38285")),
                new OrderConfig.Placement(Duration.ofSeconds(3), Duration.ofSeconds(2)),
                new OrderConfig.Catalogue(10_000, Duration.ofSeconds(2), Duration.ofMinutes(10)),
                new OrderConfig.Sweep(Duration.ofSeconds(30), Duration.ofSeconds(5), 100),
                new OrderConfig.Watch(Duration.ofSeconds(9), Duration.ofMillis(100), 1000));
    }

    @Test
    void defaultsFitAMachineThatRunsEverything() {
        program.run(context -> assertThat(context.getBean(OrderConfig.class)).isEqualTo(defaults()));
    }

    @Test
    void everyKeyIsMapped() {
        program.withPropertyValues(
                        "ordersaga.order.currency=EUR",
                        "ordersaga.order.lookup-deadline=1ms",
                        "ordersaga.order.reconnect-interval=10ms",
                        "ordersaga.order.coordinator-url=http://coordinator:1",
                        "ordersaga.order.payment-timeout=11ms",
                        "ordersaga.order.branches.transport=http",
                        "ordersaga.order.branches.http.order=http://order-service:5",
                        "ordersaga.order.branches.http.stock=https://stock-service:6",
                        "ordersaga.order.branches.http.coupon=http://10.0.0.3:7",
                        "ordersaga.order.branches.http.pay=http://pay.svc.local:8",
                        "ordersaga.order.branches.order=order-service:1",
                        "ordersaga.order.branches.stock=stock-service:2",
                        "ordersaga.order.branches.coupon=10.0.0.3:3",
                        "ordersaga.order.branches.pay=pay.svc.local:4",
                        "ordersaga.order.placement.submit-deadline=2ms",
                        "ordersaga.order.placement.outcome-wait=3ms",
                        "ordersaga.order.catalogue.size=5",
                        "ordersaga.order.catalogue.fresh-for=4ms",
                        "ordersaga.order.catalogue.kept-for=6ms",
                        "ordersaga.order.sweep.age=7ms",
                        "ordersaga.order.sweep.interval=8ms",
                        "ordersaga.order.sweep.batch=9",
                        "ordersaga.order.watch.longest=12ms",
                        "ordersaga.order.watch.interval=13ms",
                        "ordersaga.order.watch.waiters=14")
                .run(context -> assertThat(context.getBean(OrderConfig.class))
                        .isEqualTo(new OrderConfig(
                                "EUR",
                                Duration.ofMillis(1),
                                Duration.ofMillis(10),
                                URI.create("http://coordinator:1"),
                                Duration.ofMillis(11),
                                new OrderConfig.Branches(
                                        BranchTransport.HTTP,
                                        "order-service:1",
                                        "stock-service:2",
                                        "10.0.0.3:3",
                                        "pay.svc.local:4",
                                        new OrderConfig.Http(
                                                "http://order-service:5",
                                                "https://stock-service:6",
                                                "http://10.0.0.3:7",
                                                "http://pay.svc.local:8")),
                                new OrderConfig.Placement(Duration.ofMillis(2), Duration.ofMillis(3)),
                                new OrderConfig.Catalogue(5, Duration.ofMillis(4), Duration.ofMillis(6)),
                                new OrderConfig.Sweep(Duration.ofMillis(7), Duration.ofMillis(8), 9),
                                new OrderConfig.Watch(Duration.ofMillis(12), Duration.ofMillis(13), 14))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "currency=yuan",
                "lookup-deadline=0s",
                "reconnect-interval=0s",
                "coordinator-url=coordinator:1",
                "payment-timeout=0s",
                "branches.order=order-service",
                "branches.stock=http://stock:1/x",
                "branches.coupon=coupon:1/x",
                "branches.pay=:1",
                "branches.http.order=order-service:1",
                "branches.http.stock=http://stock",
                "branches.http.coupon=http://coupon:1/x",
                "branches.http.pay=ftp://pay:1",
                "placement.submit-deadline=-1s",
                "placement.outcome-wait=0s",
                "catalogue.size=0",
                "catalogue.fresh-for=0s",
                "catalogue.kept-for=1s",
                "sweep.age=0s",
                "sweep.interval=0s",
                "sweep.batch=0",
                "watch.longest=0s",
                "watch.interval=0s",
                "watch.waiters=0"
            })
    void nonsenseStopsTheProgramAndNamesTheKey(String setting) {
        String key = "ordersaga.order." + setting.substring(0, setting.indexOf('='));
        program.withPropertyValues("ordersaga.order." + setting)
                .run(context -> assertThat(context.getStartupFailure()).hasStackTraceContaining(key + " must not be"));
    }

    @Test
    void unknownKeyStopsTheProgram() {
        program.withPropertyValues("ordersaga.order.sweep.bach=5")
                .run(context -> assertThat(context.getStartupFailure()).hasStackTraceContaining("bach"));
    }
}
