package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.action;
import static io.ordersaga.coordinator.CoordinatorFixture.saga;
import static io.ordersaga.coordinator.CoordinatorFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.ordersaga.coordinator.CoordinatorFixture.HttpAnswer;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TcpProxy;
import io.ordersaga.testkit.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The coordinator as its operators see it: full, without its database, measured.
@DatabaseTest
class CoordinatorOperationsTest {

    private final TcpProxy toDatabase;
    private final CoordinatorFixture coordinator;
    private final ScriptedParticipant participant = ScriptedParticipant.start();

    CoordinatorOperationsTest(TestDatabase database) {
        URI url = URI.create(database.jdbcUrl().substring("jdbc:".length()));
        this.toDatabase = TcpProxy.to(url.getHost(), url.getPort());
        this.coordinator = new CoordinatorFixture(
                database,
                Map.of(
                        "ordersaga.coordinator.dispatch.fresh-max",
                        "1",
                        "spring.datasource.url",
                        database.jdbcUrl().replace(":" + url.getPort(), ":" + toDatabase.port())));
    }

    @AfterEach
    void stop() {
        coordinator.close();
        participant.close();
        toDatabase.close();
    }

    @Test
    void fullMeansComeAgainOverBothTransports() {
        CountDownLatch gate = new CountDownLatch(1);
        participant.next(action(1), call -> {
            gate.await();
            return new byte[0];
        });
        coordinator.dtm().submit(saga("first", participant, 1).build());

        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> coordinator.dtm().submit(saga("second", participant, 1).build()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(RawCalls.Answer.of(refusal).errorInfo().getReason()).isEqualTo("OVERLOADED");
        assertThat(RawCalls.Answer.of(refusal).retryInfo().hasRetryDelay()).isTrue();

        HttpAnswer answer = coordinator.post("/api/dtmsvr/submit", "{\"gid\":\"third\",\"trans_type\":\"saga\"}");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.response().headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.json().path("message").asString()).isEqualTo("too many sagas are running");

        gate.countDown();
        coordinator.awaitStatus("first", "succeed");
        assertThat(coordinator.status("second") + coordinator.status("third")).isEmpty();
    }

    @Test
    void withoutItsDatabaseItSaysSoAndComesBackByItself() {
        assertThat(readiness()).isEqualTo(200);
        assertThat(grpcHealth()).isEqualTo(ServingStatus.SERVING);

        toDatabase.cut();
        await().atMost(Duration.ofSeconds(30)).until(() -> readiness() == 503);
        await().atMost(Duration.ofSeconds(30)).until(() -> grpcHealth() == ServingStatus.NOT_SERVING);
        assertThat(coordinator.service().manage("/actuator/health/liveness").statusCode())
                .isEqualTo(200);
        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> coordinator.dtm().submit(saga("lost", participant, 1).build()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refusal.getStatus().getDescription()).doesNotContain("SQL", "INSERT", "jdbc");
        HttpAnswer answer = coordinator.post("/api/dtmsvr/submit", "{\"gid\":\"lost\",\"trans_type\":\"saga\"}");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().properties()).hasSize(1);

        toDatabase.heal();
        await().atMost(Duration.ofSeconds(30)).until(() -> readiness() == 200);
        coordinator.dtm().submit(waiting(saga("found", participant, 1)).build());
        await().atMost(Duration.ofSeconds(30)).until(() -> grpcHealth() == ServingStatus.SERVING);
    }

    @Test
    void whatItDoesIsMeasured() {
        participant.next(action(1), Status.ABORTED);
        coordinator.dtm().submit(saga("measured", participant, 1).build());
        coordinator.awaitStatus("measured", "failed");

        String metrics = coordinator.service().manage("/actuator/prometheus").body();
        assertThat(metrics)
                .contains("ordersaga_sagas_running 0.0", "ordersaga_sagas_backlog 0.0")
                .contains("ordersaga_sagas_backlog_age_seconds 0.0")
                // The client's channel; the management port is another.
                .contains("ordersaga_connections{port=\"grpc\"} 1.0", "ordersaga_connections{port=\"http\"}")
                .contains("ordersaga_sagas_finished_total{status=\"failed\"} 1.0")
                .contains("ordersaga_branches_answered_total{op=\"action\",outcome=\"refused\"} 1.0")
                .contains("ordersaga_branch_calls_seconds_count{outcome=\"refused\",target=\"127.0.0.1:")
                .doesNotContain("measured");
    }

    private int readiness() {
        return coordinator.service().manage("/actuator/health/readiness").statusCode();
    }

    private ServingStatus grpcHealth() {
        return HealthGrpc.newBlockingStub(coordinator.service().channel())
                .withDeadlineAfter(Duration.ofSeconds(10))
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }
}
