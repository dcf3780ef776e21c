package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.ordersaga.transcoder.http.RequestTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Deadline, circuit breaker and bulkhead. The breaker looks at 4 calls, opens at 2 failures, for 300 ms, and then
/// tries
/// 1 call; the usual deadline is 400 ms, the greatest 2 s; 2 calls may be under way at once.
class LimitsTest {
    private static final String GET_ORDER = "ordersaga.order.v1.OrderService/GetOrder";
    private static final Map<String, String> TIGHT = Map.of(
            "ordersaga.gateway.breaker.window", "4",
            "ordersaga.gateway.breaker.minimum-calls", "4",
            "ordersaga.gateway.breaker.failure-percent", "50",
            "ordersaga.gateway.breaker.open-for", "300ms",
            "ordersaga.gateway.breaker.trial-calls", "1",
            "ordersaga.gateway.deadline.usual", "400ms",
            "ordersaga.gateway.deadline.max", "2s",
            "ordersaga.gateway.bulkhead.calls", "2",
            "ordersaga.gateway.bulkhead.max-wait", "10ms");

    @Test
    void aSlowUpstreamIsGivenUpAfterTheDeadline() {
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway = start(upstream)) {
            hang(upstream);

            ErrorAnswers.assertError(gateway.get("/api/v1/orders/1"), 504, "DEADLINE_EXCEEDED");
        }
    }

    @Test
    void theClientChoosesTheDeadlineUpToTheMaximum() {
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway = start(upstream)) {
            gateway.get("/api/v1/orders/1");
            gateway.get("/api/v1/orders/1", RequestTime.HEADER, "50");
            gateway.get("/api/v1/orders/1", RequestTime.HEADER, "999999999");

            assertThat(upstream.calls())
                    .extracting(FakeUpstream.Call::allowedMillis)
                    .satisfiesExactly(
                            usual -> assertThat(usual).isBetween(300L, 400L),
                            shorter -> assertThat(shorter).isBetween(1L, 50L),
                            longer -> assertThat(longer).isBetween(1900L, 2000L));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "1s", "9999999999", "NaN", "01"})
    void aDeadlineThatIsNoneIsRefused(String given) {
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway = start(upstream)) {
            RunningGateway.Reply reply = gateway.get("/api/v1/orders/1", RequestTime.HEADER, given);

            ErrorAnswers.assertError(reply, 400, "INVALID_REQUEST");
            assertThat(reply.violations())
                    .containsExactly("X-Request-Timeout-Ms: expected a number of milliseconds, at least 1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "UNKNOWN"})
    void theBreakerOpensOnFailuresAndClosesWhenTheUpstreamIsBack(Status.Code code) {
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway = start(upstream)) {
            upstream.fail(GET_ORDER, code.toStatus());
            for (int i = 0; i < 4; i++) {
                gateway.get("/api/v1/orders/1");
            }
            assertThat(upstream.calls()).hasSize(4);

            RunningGateway.Reply refused = gateway.get("/api/v1/orders/1");

            ErrorAnswers.assertError(refused, 503, "UPSTREAM_UNAVAILABLE");
            assertThat(refused.detail("ErrorInfo").at("/metadata/upstream").asString())
                    .isEqualTo("order");
            assertThat(refused.detail("RetryInfo").path("retryDelay").asString())
                    .isEqualTo("0.300s");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(upstream.calls()).as("not even asked").hasSize(4);
            // The others are not affected.
            assertThat(gateway.get("/api/v1/products/1").code()).isEqualTo(200);

            upstream.reset();
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(gateway.get("/api/v1/orders/1").code()).isEqualTo(200));
        }
    }

    @Test
    void aTrialThatFailsKeepsTheBreakerOpen() {
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway = start(upstream)) {
            upstream.fail(GET_ORDER, Status.UNAVAILABLE);
            for (int i = 0; i < 4; i++) {
                gateway.get("/api/v1/orders/1");
            }

            await().atMost(Duration.ofSeconds(10)).until(() -> {
                gateway.get("/api/v1/orders/1");
                return upstream.calls().size() == 5;
            });
            assertThat(gateway.get("/api/v1/orders/1")
                            .detail("ErrorInfo")
                            .at("/metadata/upstream")
                            .asString())
                    .as("refused by the breaker, not by the upstream")
                    .isEqualTo("order");
        }
    }

    @Test
    void refusalsDoNotOpenTheBreaker() {
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway = start(upstream)) {
            for (Code code : List.of(
                    Code.INVALID_ARGUMENT,
                    Code.NOT_FOUND,
                    Code.FAILED_PRECONDITION,
                    Code.ABORTED,
                    Code.PERMISSION_DENIED,
                    Code.RESOURCE_EXHAUSTED,
                    Code.UNIMPLEMENTED,
                    Code.ALREADY_EXISTS)) {
                upstream.fail(
                        GET_ORDER,
                        StatusProto.toStatusException(com.google.rpc.Status.newBuilder()
                                .setCode(code.getNumber())
                                .addDetails(Any.pack(ErrorInfo.newBuilder()
                                        .setReason("NO")
                                        .setDomain("x")
                                        .build()))
                                .build()));
                assertThat(gateway.get("/api/v1/orders/1").reason()).isEqualTo("NO");
            }
        }
    }

    @Test
    void aClientWithNoPatienceCannotOpenTheBreakerForOthers() {
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway = start(upstream)) {
            hang(upstream);
            for (int i = 0; i < 8; i++) {
                assertThat(gateway.get("/api/v1/orders/1", RequestTime.HEADER, "20")
                                .code())
                        .isEqualTo(504);
            }
            upstream.reset();

            assertThat(gateway.get("/api/v1/orders/1").code()).isEqualTo(200);
        }
    }

    @Test
    void anUpstreamThatComesBackIsFoundAgain() {
        FakeUpstream first = FakeUpstream.start();
        try (RunningGateway gateway = start(first)) {
            assertThat(gateway.get("/api/v1/orders/1").code()).isEqualTo(200);
            first.close();
            for (int i = 0; i < 6; i++) {
                ErrorAnswers.assertError(gateway.get("/api/v1/orders/1"), 503, "UPSTREAM_UNAVAILABLE");
            }
            try (FakeUpstream second = FakeUpstream.startOn(first.port())) {
                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(
                                () -> assertThat(gateway.get("/api/v1/orders/1").code())
                                        .isEqualTo(200));
                assertThat(second.calls()).isNotEmpty();
            }
        }
    }

    @Test
    void moreCallsThanAllowedAtOnceAreRefused() throws InterruptedException {
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway = start(upstream)) {
            CountDownLatch arrived = new CountDownLatch(2);
            CountDownLatch release = new CountDownLatch(1);
            upstream.answer(GET_ORDER, call -> {
                arrived.countDown();
                release.await();
                return new FakeUpstream.Response(call.payload(), Map.of());
            });
            List<CompletableFuture<RunningGateway.Reply>> underWay = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                underWay.add(CompletableFuture.supplyAsync(
                        () -> gateway.get("/api/v1/orders/1", RequestTime.HEADER, "2000")));
            }
            arrived.await();

            RunningGateway.Reply refused = gateway.get("/api/v1/orders/1");
            release.countDown();

            ErrorAnswers.assertError(refused, 503, "UPSTREAM_OVERLOADED");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(underWay)
                    .allSatisfy(call -> assertThat(call.join().code()).isEqualTo(200));
            assertThat(gateway.get("/api/v1/orders/1").code()).isEqualTo(200);
        }
    }

    @Test
    void breakersBulkheadsAndRoutesAreMeasured() {
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway = start(upstream)) {
            gateway.get("/api/v1/orders/1");
            gateway.get("/nope/1");

            String metrics = gateway.manage("/actuator/prometheus").text();

            assertThat(metrics)
                    .contains("resilience4j_circuitbreaker_state{name=\"order\",state=\"closed\"} 1.0")
                    .contains("resilience4j_bulkhead_max_allowed_concurrent_calls{name=\"pay\"} 2.0")
                    .containsPattern("http_server_requests_seconds_count\\{[^}]*uri=\"/api/v1/orders/\\{order_id}\"")
                    .containsPattern("grpc_client_seconds_count\\{[^}]*rpc_method=\"GetOrder\"")
                    .doesNotContain("/nope/1", "uri=\"/api/v1/orders/1\"");
            assertThat(gateway.manage("/actuator/health/liveness").text()).contains("UP");
            assertThat(gateway.manage("/actuator/health/readiness").text()).contains("UP");
        }
    }

    private static RunningGateway start(FakeUpstream upstream) {
        return RunningGateway.start(upstream, new HashMap<>(TIGHT));
    }

    /// Answers nothing until the caller is gone.
    private static void hang(FakeUpstream upstream) {
        upstream.answer(GET_ORDER, call -> {
            new CountDownLatch(1).await();
            throw new IllegalStateException();
        });
    }
}
