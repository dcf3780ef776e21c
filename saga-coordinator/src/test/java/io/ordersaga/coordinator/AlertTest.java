package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.OperatorFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.ordersaga.coordinator.OperatorFixture.Reply;
import io.ordersaga.kit.Signature;
import io.ordersaga.saga.v1.AuditEntry;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a subscriber is told of transactions that need a person, by a running coordinator over real HTTP.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AlertTest {
    private static final JsonMapper JSON = new JsonMapper();

    private record Notice(String eventId, String eventType, String signature, String body) {
        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    private final Queue<Notice> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
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
                        "ordersaga.coordinator.admin.alert.recover-after", "300ms",
                        "ordersaga.coordinator.admin.alert.retry-first", "50ms",
                        "ordersaga.coordinator.admin.alert.retry-max", "100ms",
                        "ordersaga.coordinator.admin.alert.allow-http", "true",
                        "ordersaga.coordinator.admin.alert.allow-private", "true"));
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
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
            }
        });
        receiver.start();
        Reply made = coordinator.post(
                "/api/v1/alerts/subscribers",
                "{\"name\":\"ops\",\"url\":\"http://127.0.0.1:"
                        + receiver.getAddress().getPort() + "/hook\"}",
                coordinator.admin());
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        secret = made.json().path("secret").asString();
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
        eventually()
                .untilAsserted(() ->
                        assertThat(alert("PARKED").path("value").asString()).isEqualTo("2"));
        release("alert-1");
        release("alert-2");
        eventually().untilAsserted(() -> assertThat(kinds("alert.recovered")).contains("PARKED"));
        assertThat(kinds("alert.firing")).containsOnlyOnce("PARKED");
        Notice recovered = notice("alert.recovered", "PARKED");
        assertSigned(recovered);
        assertThat(recovered.json().path("id").asString())
                .isEqualTo(firing.json().path("id").asString());
        assertThat(alert("PARKED").has("endTime")).isTrue();
        assertThat(coordinator
                        .get("/api/v1/alerts/subscribers", coordinator.admin())
                        .json()
                        .path("subscribers")
                        .path(0)
                        .path("lastStatus")
                        .asInt())
                .isEqualTo(204);
    }

    @Test
    void manyFailuresAreToldOfAsTheRuleSays() {
        database.update("INSERT INTO saga_minute (minute, node, submitted, succeeded, failed, parked)"
                + " VALUES (UTC_TIMESTAMP(), 'another', 30, 10, 20, 0)");

        eventually().untilAsserted(() -> assertThat(kinds("alert.firing")).contains("FAILURE_RATE"));
        assertThat(notice("alert.firing", "FAILURE_RATE").json().path("value").asLong())
                .isEqualTo(66);
        Reply changed = coordinator.patch(
                "/api/v1/alerts/rules",
                "{\"kind\":\"FAILURE_RATE\",\"enabled\":true,\"threshold\":90,\"window\":\"300s\"}",
                coordinator.admin());
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        eventually().untilAsserted(() -> assertThat(kinds("alert.recovered")).contains("FAILURE_RATE"));
        assertThat(coordinator
                        .patch(
                                "/api/v1/alerts/rules",
                                "{\"kind\":\"FAILURE_RATE\",\"enabled\":true,\"threshold\":101,\"window\":\"300s\"}",
                                coordinator.admin())
                        .body())
                .contains("rule.threshold");
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
        for (String url : List.of("ftp://example.com/x", "http://user@example.com/", "http://no-such-host.invalid.")) {
            Reply refused = coordinator.post(
                    "/api/v1/alerts/subscribers",
                    JSON.writeValueAsString(Map.of("name", "other", "url", url)),
                    coordinator.admin());
            // A name that nobody knows is only refused where the own network is.
            if (refused.status() == 200) {
                coordinator.delete("/api/v1/alerts/subscribers/other", coordinator.admin());
                assertThat(url).startsWith("http://no-such");
            } else {
                assertThat(refused.status()).as(url).isEqualTo(400);
            }
        }
    }

    private void park(String gid) {
        database.update(
                "INSERT INTO saga (id, gid, mode, form, definition, digest, status, progress, attempts, retries, errors,"
                        + " parked_reason, epoch, created, updated) VALUES (?, ?, 'saga', 1, '', REPEAT('0', 32),"
                        + " 'SUBMITTED', '', 0, 0, 20, 'it does not answer', 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
                gid.hashCode(),
                gid);
    }

    private void release(String gid) {
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

    private List<String> kinds(String eventType) {
        return received.stream()
                .filter(notice -> notice.eventType().equals(eventType))
                .map(notice -> notice.json().path("kind").asString())
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
