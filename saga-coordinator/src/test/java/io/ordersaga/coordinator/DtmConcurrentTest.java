package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.action;
import static io.ordersaga.coordinator.CoordinatorFixture.compensation;
import static io.ordersaga.coordinator.CoordinatorFixture.saga;
import static io.ordersaga.coordinator.CoordinatorFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// Sagas with `custom_data`, from the submit to the participants: DTM's scenarios S7 and S8.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DtmConcurrentTest {

    private static final String CONCURRENT = "{\"concurrent\":true}";
    private static final String PAY_LAST = "{\"concurrent\":true,\"orders\":{\"2\":[0,1]}}";

    private final ScriptedParticipant participant = ScriptedParticipant.start();
    private CoordinatorFixture coordinator;

    @BeforeAll
    void start(TestDatabase database) {
        coordinator = new CoordinatorFixture(database);
    }

    @AfterAll
    void stop() {
        coordinator.close();
        participant.close();
    }

    @Test
    void actionsRunSideBySide() {
        CountDownLatch together = new CountDownLatch(3);
        for (int step = 1; step <= 3; step++) {
            participant.next(action(step), call -> {
                together.countDown();
                together.await();
                return new byte[0];
            });
        }
        coordinator
                .dtm()
                .submit(waiting(saga("all-at-once", participant, 3))
                        .setCustomedData(CONCURRENT)
                        .build());

        assertThat(coordinator.rows("all-at-once")).isEqualTo("pspsps");
        JsonNode transaction = coordinator.query("all-at-once").path("transaction");
        assertThat(transaction.path("status").asString()).isEqualTo("succeed");
        assertThat(transaction.path("concurrent").asBoolean()).isTrue();
        assertThat(transaction.path("custom_data").asString()).isEqualTo(CONCURRENT);
    }

    @Test
    void s8AnActionWaitsForThoseItNamesAndCompensationsGoBackwards() {
        CountDownLatch gate = new CountDownLatch(1);
        participant.next(action(1), call -> {
            gate.await();
            return new byte[0];
        });
        participant.next(action(3), Status.ABORTED.withDescription("no money"));
        coordinator
                .dtm()
                .submit(saga("pay-last", participant, 3)
                        .setCustomedData(PAY_LAST)
                        .build());
        await().untilAsserted(() -> assertThat(methodsOf("pay-last")).contains(action(1), action(2)));
        assertThat(methodsOf("pay-last")).doesNotContain(action(3));
        gate.countDown();

        coordinator.awaitStatus("pay-last", "failed");
        assertThat(coordinator.rows("pay-last")).isEqualTo("ssss" + "sf");
        List<String> methods = methodsOf("pay-last");
        assertThat(methods.subList(2, 4)).containsExactly(action(3), compensation(3));
        assertThat(methods.subList(4, 6)).containsExactlyInAnyOrder(compensation(1), compensation(2));
        assertThat(coordinator
                        .query("pay-last")
                        .path("transaction")
                        .path("custom_data")
                        .asString())
                .isEqualTo(PAY_LAST);
    }

    @Test
    void s7OneThatIsOngoingHoldsUpNobodyElse() {
        participant.next(action(1), Status.FAILED_PRECONDITION);
        coordinator
                .dtm()
                .submit(saga("one-ongoing", participant, 2)
                        .setCustomedData(CONCURRENT)
                        .build());

        coordinator.awaitStatus("one-ongoing", "succeed");
        assertThat(methodsOf("one-ongoing")).containsExactlyInAnyOrder(action(1), action(2), action(1));
    }

    @Test
    void overHttpToo() {
        String body = """
                {"gid":"over-http","trans_type":"saga","protocol":"grpc","wait_result":true,
                 "custom_data":"{\\"concurrent\\":true,\\"orders\\":{\\"0\\":[1]}}",
                 "steps":[{"action":"%s","compensate":""},{"action":"%s","compensate":""}],
                 "payloads":["",""]}""".formatted(participant.url(action(1)), participant.url(action(2)));
        assertThat(coordinator.post("/api/dtmsvr/submit", body).status()).isEqualTo(200);

        assertThat(methodsOf("over-http")).containsExactly(action(2), action(1));
    }

    private List<String> methodsOf(String gid) {
        return participant.calls().stream()
                .filter(call -> gid.equals(call.header("dtm-gid")))
                .map(ScriptedParticipant.Call::method)
                .toList();
    }
}
