package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.OperatorFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import io.ordersaga.coordinator.OperatorFixture.Reply;
import io.ordersaga.kit.AddressRules;
import io.ordersaga.kit.Signature;
import io.ordersaga.saga.v1.AuditEntry;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a subscriber is told of transactions that need a person, by a running coordinator over real HTTP.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AlertTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int OPEN_MAX = 40;
    private static final String ROW = """
            INSERT INTO saga (id, gid, mode, form, definition, digest, status, progress, attempts, retries, errors,
                              parked_reason, epoch, created, updated)
            VALUES (?, ?, 'saga', 1, '', REPEAT('0', 32), ?, '', ?, 0, 0, NULLIF(?, ''), 1,
                    UTC_TIMESTAMP(6) - INTERVAL ? HOUR, UTC_TIMESTAMP(6))
            """;

    private record Notice(String eventId, String eventType, String signature, String body) {
        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    private final Queue<Notice> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
    /// Who has it keeps the subscriber from answering.
    private final ReentrantLock answering = new ReentrantLock();
    private OperatorFixture coordinator;
    private TestDatabase database;
    private HttpServer receiver;
    private String secret;

    @BeforeAll
    void start(TestDatabase own) throws IOException {
        database = own;
        coordinator = new OperatorFixture(
                own,
                Map.of(
                        "ordersaga.coordinator.admin.alert.every", "100ms",
                        "ordersaga.coordinator.admin.alert.recover-after", "1500ms",
                        "ordersaga.coordinator.admin.alert.retry-first", "50ms",
                        "ordersaga.coordinator.admin.alert.retry-max", "100ms",
                        "ordersaga.coordinator.admin.alert.open-max", String.valueOf(OPEN_MAX),
                        // Longer than a test is patient: who waits for a notice fails it.
                        "ordersaga.coordinator.admin.alert.deadline", "2m",
                        "ordersaga.coordinator.admin.alert.sealing.key", "A".repeat(43),
                        "ordersaga.coordinator.admin.alert.allow-http", "true",
                        "ordersaga.coordinator.admin.alert.allow-private", "true"),
                List.of(NameService.class));
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                answering.lock();
                try {
                    if (failures.getAndDecrement() > 0) {
                        exchange.sendResponseHeaders(503, -1);
                        return;
                    }
                    received.add(new Notice(
                            exchange.getRequestHeaders().getFirst("Ordersaga-Event-Id"),
                            exchange.getRequestHeaders().getFirst("Ordersaga-Event-Type"),
                            exchange.getRequestHeaders().getFirst(Signature.HEADER),
                            body));
                    exchange.sendResponseHeaders(204, -1);
                } finally {
                    answering.unlock();
                }
            }
        });
        receiver.start();
        Reply made = coordinator.post(
                "/api/v1/alerts/subscribers",
                "{\"name\":\"ops\",\"url\":\"http://hooks.example:"
                        + receiver.getAddress().getPort() + "/hook\"}",
                coordinator.admin());
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        secret = made.json().path("secret").asString();
        assertThat(own.rows("SELECT secret FROM alert_subscriber"))
                .singleElement()
                .asString()
                .startsWith("s1.")
                .doesNotContain(secret);
    }

    /// Knows one name; a test must not depend on what the machine's own says of others.
    static final class NameService {
        @Bean
        AddressRules.Names names() {
            return host -> {
                if (!host.equals("hooks.example")) {
                    throw new UnknownHostException(host);
                }
                return List.of(InetAddress.getLoopbackAddress());
            };
        }
    }

    @AfterAll
    void stop() {
        coordinator.close();
        receiver.stop(0);
    }

    @BeforeEach
    void forget() {
        failures.set(0);
        received.clear();
    }

    @Test
    void aParkedSagaIsToldOfOnceThoughTheReceiverFailsAtFirstAndThenThatItIsOver() {
        failures.set(2);
        park("alert-1");
        eventually().untilAsserted(() -> assertThat(kinds("alert.firing")).containsOnlyOnce("PARKED"));
        Notice firing = notice("alert.firing", "PARKED");
        assertSigned(firing);
        assertThat(firing.json().path("sampleGid").asString()).isEqualTo("alert-1");
        assertThat(firing.json().path("value").asLong()).isEqualTo(1);

        // More of the same is the same alert.
        park("alert-2");
        awaitAlert("PARKED", "value", "2");
        release("alert-1");
        release("alert-2");
        eventually().untilAsserted(() -> assertThat(kinds("alert.recovered")).contains("PARKED"));
        assertThat(kinds("alert.firing")).containsOnlyOnce("PARKED");
        Notice recovered = notice("alert.recovered", "PARKED");
        assertSigned(recovered);
        assertThat(recovered.json().path("id").asString())
                .isEqualTo(firing.json().path("id").asString());
        assertThat(alert("PARKED").has("endTime")).isTrue();
        Reply listed = coordinator.get("/api/v1/alerts/subscribers", coordinator.admin());
        assertThat(listed.json().at("/subscribers/0/lastStatus").asInt()).isEqualTo(204);
    }

    @Test
    void manyFailuresAreToldOfAsTheRuleSays() {
        database.update("INSERT INTO saga_minute (minute, node, submitted, succeeded, failed, parked)"
                + " VALUES (UTC_TIMESTAMP(), 'another', 30, 10, 20, 0)");

        eventually().untilAsserted(() -> assertThat(kinds("alert.firing")).contains("FAILURE_RATE"));
        assertThat(notice("alert.firing", "FAILURE_RATE").json().path("value").asLong())
                .isEqualTo(66);
        Reply changed = failureRate(90);
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        eventually().untilAsserted(() -> assertThat(kinds("alert.recovered")).contains("FAILURE_RATE"));
        assertThat(failureRate(101).body()).contains("rule.threshold");
    }

    private Reply failureRate(int threshold) {
        return coordinator.patch(
                "/api/v1/alerts/rules",
                "{\"kind\":\"FAILURE_RATE\",\"enabled\":true,\"threshold\":" + threshold + ",\"window\":\"300s\"}",
                coordinator.admin());
    }

    @Test
    void aTestIsSentAtOnceAndSaysHowItWent() {
        Reply good = coordinator.post("/api/v1/alerts/subscribers/ops:test", "{}", coordinator.admin());
        assertThat(good.json().path("received").asBoolean()).isTrue();
        assertSigned(notice("alert.test", "TEST"));
        failures.set(1);
        Reply bad = coordinator.post("/api/v1/alerts/subscribers/ops:test", "{}", coordinator.admin());
        assertThat(bad.json().path("received").asBoolean(false)).isFalse();
        assertThat(bad.json().path("status").asInt()).isEqualTo(503);
        eventually()
                .untilAsserted(() -> assertThat(coordinator.audit("admin", AuditEntry.Kind.DONE))
                        .extracting(AuditEntry::getMethod)
                        .contains("saga.v1.AlertService/TestAlertSubscriber"));
    }

    @Test
    void aUrlThatMayNotBeCalledIsRefused() {
        Map<String, String> wrong = Map.of(
                "ftp://hooks.example/x", "must be https:// or http://",
                "http://user@hooks.example/", "neither a user nor a fragment",
                "http://no-such-host.example/", "names a host that nobody knows");
        wrong.forEach((url, why) -> {
            Reply refused = coordinator.post(
                    "/api/v1/alerts/subscribers",
                    JSON.writeValueAsString(Map.of("name", "other", "url", url)),
                    coordinator.admin());
            assertThat(refused.status()).as(url).isEqualTo(400);
            assertThat(refused.body()).as(url).contains(why);
        });
    }

    @Test
    void rollBacksThatFailAreToldOfByTheirErrorsAndOldOnesTogether() {
        String all = "'undo-1', 'undo-2', 'undo-3', 'undo-4', 'old-1', 'young-1'";
        over("undo-1", 5, 0, "no-stock");
        over("undo-2", 9, 0, "no-stock");
        over("undo-3", 7, 0, "no-coupon");
        // Not failing for long enough, and not old enough.
        over("undo-4", 4, 0, "no-pay");
        over("old-1", 1, 2, "no-stock");
        over("young-1", 1, 0, "no-stock");
        // In one moment, so that no round sees some of them only.
        stuck(all);

        eventually()
                .untilAsserted(() -> assertThat(kinds("alert.firing"))
                        .filteredOn(kind -> !kind.equals("PARKED") && !kind.equals("FAILURE_RATE"))
                        .containsExactlyInAnyOrder("COMPENSATION_FAILING", "COMPENSATION_FAILING", "OVER_AGE"));
        assertThat(notices("alert.firing", "COMPENSATION_FAILING"))
                .extracting(
                        notice -> notice.path("fingerprint").asString(),
                        notice -> notice.path("value").asLong())
                .containsExactlyInAnyOrder(tuple("no-stock", 2L), tuple("no-coupon", 1L));
        JsonNode old = notice("alert.firing", "OVER_AGE").json();
        assertThat(old.path("value").asLong()).isEqualTo(1);
        assertThat(old.path("sampleGid").asString()).isEqualTo("old-1");

        // More of the same is the same alert, which is over when the last of them is.
        over("undo-5", 5, 0, "no-coupon");
        over("old-2", 1, 3, "no-stock");
        stuck("'undo-5', 'old-2'");
        awaitAlert("OVER_AGE", "value", "2");
        for (String gid : List.of("undo-1", "undo-2", "undo-3", "undo-4", "undo-5", "old-1", "old-2", "young-1")) {
            release(gid);
        }
        eventually()
                .untilAsserted(() -> assertThat(kinds("alert.recovered"))
                        .contains("OVER_AGE")
                        .satisfies(kinds -> assertThat(Collections.frequency(kinds, "COMPENSATION_FAILING"))
                                .isEqualTo(2)));
        assertThat(notices("alert.firing", "COMPENSATION_FAILING")).hasSize(2);
        assertThat(notices("alert.firing", "OVER_AGE")).hasSize(1);
    }

    @Test
    void aSubscriberThatTakesItsTimeKeepsNobodyFromLooking() {
        over("slow-2", 1, 2, "no-stock");
        answering.lock();
        try {
            park("slow-1");
            eventually().until(answering::hasQueuedThreads);
            stuck("'slow-2'");
            awaitAlert("OVER_AGE", "sampleGid", "slow-2");
        } finally {
            answering.unlock();
        }
        release("slow-1");
        release("slow-2");
        eventually().untilAsserted(() -> assertThat(kinds("alert.recovered")).contains("PARKED", "OVER_AGE"));
    }

    @Test
    void whatIsBehindMoreThanIsLookedAtIsNotTakenForOver() {
        park("behind-1");
        over("behind-2", 1, 2, "no-stock");
        stuck("'behind-2'");
        eventually().untilAsserted(() -> assertThat(kinds("alert.firing")).contains("PARKED", "OVER_AGE"));
        String id = notice("alert.firing", "PARKED").json().path("id").asString();

        for (int i = 0; i <= OPEN_MAX; i++) {
            // Before what a test's gids are hashed to.
            row(2L * Integer.MIN_VALUE + i, "backlog-" + i, "SUCCEEDED", 0, 0, "");
        }
        // In one moment, so that no round sees some of them only.
        database.update("UPDATE saga SET status = 'SUBMITTED' WHERE gid LIKE 'backlog-%'");
        release("behind-2");
        // Both were seen for the last time before.
        eventually().untilAsserted(() -> assertThat(kinds("alert.recovered")).contains("OVER_AGE"));
        assertThat(alert("PARKED").path("id").asString()).isEqualTo(id);
        assertThat(alert("PARKED").has("endTime")).isFalse();

        database.update("INSERT INTO saga_minute (minute, node, submitted, succeeded, failed, parked)"
                + " VALUES (UTC_TIMESTAMP(), 'a-third', 7, 0, 0, 7)");
        awaitAlert("PARKED", "value", "7");
        assertThat(alert("PARKED").path("id").asString()).isEqualTo(id);

        database.update("DELETE FROM saga_minute WHERE node = 'a-third'");
        database.update("DELETE FROM saga WHERE gid LIKE 'backlog-%'");
        release("behind-1");
        eventually().untilAsserted(() -> assertThat(kinds("alert.recovered")).contains("PARKED"));
    }

    private void stuck(String gids) {
        database.update("UPDATE saga SET status = IF(gid LIKE 'undo-%', 'ABORTING', 'SUBMITTED')" + " WHERE gid IN ("
                + gids + ")");
    }

    /// A transaction that nobody looks at.
    private void over(String gid, int attempts, int hoursOld, String fingerprint) {
        row(gid.hashCode(), gid, "SUCCEEDED", attempts, hoursOld, "");
        database.update(
                "INSERT INTO saga_trouble (saga_id, step, op, target, outcome, error, fingerprint, called, failures)"
                        + " VALUES (?, 0, 'compensate', 'http://x/y', 'unknown', 'it does not answer', ?,"
                        + " UTC_TIMESTAMP(6), 1)",
                gid.hashCode(),
                fingerprint);
    }

    @Test
    void whatCannotBeReadIsRefusedAndNoFaultOfOurs() {
        over("odd-1", 1, 0, "odd");
        for (String operation : List.of("retry", "pause", "release", "rollBack", "delete")) {
            Reply refused = coordinator.post(
                    "/api/v1/transactions/odd-1:" + operation, "{\"reason\":\"to see\"}", coordinator.admin());
            assertThat(refused.reason()).as(operation + refused.body()).isEqualTo("TRANSACTION_UNREADABLE");
        }
        release("odd-1");
    }

    private void park(String gid) {
        row(gid.hashCode(), gid, "SUBMITTED", 0, 0, "it does not answer");
    }

    private void row(long id, String gid, String status, int attempts, int hoursOld, String parkedReason) {
        database.update(ROW, id, gid, status, attempts, parkedReason, hoursOld);
    }

    private void release(String gid) {
        database.update("DELETE FROM saga_trouble WHERE saga_id = ?", gid.hashCode());
        database.update("DELETE FROM saga WHERE gid = ?", gid);
    }

    private JsonNode alert(String kind) {
        for (JsonNode alert :
                coordinator.get("/api/v1/alerts", coordinator.admin()).json().path("alerts")) {
            if (alert.path("kind").asString().equals(kind)) {
                return alert;
            }
        }
        return JSON.missingNode();
    }

    private void awaitAlert(String kind, String field, String value) {
        eventually().until(() -> alert(kind).path(field).asString().equals(value));
    }

    private List<String> kinds(String eventType) {
        return received.stream()
                .filter(notice -> notice.eventType().equals(eventType))
                .map(notice -> notice.json().path("kind").asString())
                .toList();
    }

    private List<JsonNode> notices(String eventType, String kind) {
        return received.stream()
                .filter(notice -> notice.eventType().equals(eventType))
                .map(Notice::json)
                .filter(notice -> notice.path("kind").asString().equals(kind))
                .toList();
    }

    private Notice notice(String eventType, String kind) {
        return received.stream()
                .filter(notice -> notice.eventType().equals(eventType))
                .filter(notice -> notice.json().path("kind").asString().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private void assertSigned(Notice notice) {
        String time = notice.signature().substring(2, notice.signature().indexOf(','));
        assertThat(notice.signature())
                .isEqualTo(Signature.of(
                        secret,
                        Instant.ofEpochSecond(Long.parseLong(time)),
                        notice.body().getBytes(StandardCharsets.UTF_8)));
        assertThat(notice.eventId()).endsWith(notice.eventType().substring("alert".length()));
    }
}
