package io.ordersaga.order.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ordersaga.kit.AddressRules;
import io.ordersaga.kit.SealingSettings;
import io.ordersaga.kit.SecretBox;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.SettableClock;
import io.ordersaga.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// From the outbox to the endpoint, on a real database, with a real HTTP server and a clock that stands
/// still. Retries come after 5 s, 10 s and then 20 s; an event is parked after three attempts. Each test
/// has an empty outbox and its own endpoint.
@DatabaseTest
class WebhookTest {
    private static final WebhookConfig CONFIG = new WebhookConfig(
            3,
            2,
            1024,
            true,
            true,
            Duration.ofDays(7),
            new WebhookConfig.Relay(Duration.ofHours(1), 2),
            new WebhookConfig.Sending(Duration.ofHours(1), 4, Duration.ofSeconds(20), Duration.ofHours(1)),
            new WebhookConfig.Retry(Duration.ofSeconds(5), Duration.ofSeconds(20), 3),
            new SealingSettings("", List.of()));

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T08:00:00Z"));
    private final Receiver receiver = new Receiver();
    private final TestDatabase database;
    private final Jdbi jdbi;
    private final OutboxTable outbox;
    private final WebhookTable table;
    private final EventRelay relay;
    private final WebhookCall call;
    private WebhookSender sender;

    WebhookTest(TestDatabase database) {
        this.database = database;
        database.migrate("classpath:db/migration");
        jdbi = Jdbi.create(database.dataSource()).installPlugin(new SqlObjectPlugin());
        outbox = jdbi.onDemand(OutboxTable.class);
        table = jdbi.onDemand(WebhookTable.class);
        // What is plain, from before there was a key, opens without one.
        call = new WebhookCall(
                new AddressRules(CONFIG.allowHttp(), CONFIG.allowPrivate()),
                new EndpointSecrets(table, new SecretBox(CONFIG.sealing())),
                CONFIG);
        relay = new EventRelay(outbox, table, CONFIG, clock);
        sender = new WebhookSender(table, call, CONFIG, clock);
    }

    @BeforeEach
    void empty() {
        for (String name :
                List.of("order_event", "order_outbox", "webhook_endpoint", "webhook_line", "webhook_delivery")) {
            database.update("DELETE FROM " + name);
        }
    }

    @AfterEach
    void stop() {
        sender.close();
        call.close();
        receiver.close();
    }

    @Test
    void eventIsSignedAndSaysWhatHappened() throws Exception {
        endpoint("we_1", "");
        event("A", 1, "CREATED");
        deliver();
        Receiver.Arrival arrival = receiver.arrivals().getFirst();
        assertThat(arrival.eventId()).isEqualTo("A.1");
        assertThat(arrival.eventType()).isEqualTo("order.created");
        JsonNode body = JsonMapper.shared().readTree(arrival.body());
        assertThat(body.get("id").asString()).isEqualTo("A.1");
        assertThat(body.get("type").asString()).isEqualTo("order.created");
        assertThat(body.get("toState").asString()).isEqualTo("PLACING");
        assertThat(body.get("detail").get("k").asString()).isEqualTo("v");
        // Computed here as a receiver would.
        String time = Long.toString(clock.instant().getEpochSecond());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("whsec_test".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
        assertThat(arrival.signature())
                .isEqualTo("t=" + time + ",v1="
                        + HexFormat.of().formatHex(mac.doFinal(arrival.body().getBytes(StandardCharsets.UTF_8))));
        assertThat(table.findDelivery("we_1", "A", 1).orElseThrow().state()).isEqualTo(DeliveryState.DELIVERED);
        assertThat(lines()).isEmpty();
    }

    @Test
    void eventsOfAnOrderArriveInTheirOrderAlsoWhenOneIsRefused() {
        endpoint("we_1", "");
        receiver.answer(arrival ->
                arrival.eventId().equals("A.2") && receiver.arrivals().size() < 4 ? 500 : 200);
        event("A", 1, "CREATED");
        event("A", 2, "PLACED");
        event("A", 3, "PAID");
        event("B", 1, "CREATED");
        deliver();
        assertThat(ids()).filteredOn(id -> id.startsWith("A")).containsExactly("A.1", "A.2");
        assertThat(ids()).contains("B.1");
        deliver();
        assertThat(ids()).hasSize(3);
        clock.advance(Duration.ofSeconds(6));
        deliver();
        assertThat(ids()).filteredOn(id -> id.startsWith("A")).containsExactly("A.1", "A.2", "A.2", "A.3");
        assertThat(table.findDelivery("we_1", "A", 2).orElseThrow().attempts()).isEqualTo(2);
        assertThat(lines()).isEmpty();
    }

    @Test
    void eventIsParkedWithTheReasonAndSentAgainOnRequest() {
        endpoint("we_1", "");
        receiver.answer(arrival -> 301);
        event("A", 1, "CREATED");
        event("A", 2, "PLACED");
        for (int attempt = 0; attempt < 5; attempt++) {
            deliver();
            clock.advance(Duration.ofSeconds(23));
        }
        assertThat(ids()).containsExactly("A.1", "A.1", "A.1");
        DeliveryRow parked = table.findDelivery("we_1", "A", 1).orElseThrow();
        assertThat(parked.state()).isEqualTo(DeliveryState.PARKED);
        assertThat(parked.lastError()).isEqualTo("answered 301");
        assertThat(table.countLines("we_1", 10)).isEqualTo(new WebhookTable.Backlog(1, 1));
        receiver.answer(arrival -> 200);
        event("A", 3, "PAID");
        deliver();
        assertThat(ids()).hasSize(3);
        table.rewind("we_1", "A", 1, clock.instant());
        deliver();
        assertThat(ids()).endsWith("A.1", "A.2", "A.3");
        table.rewind("we_1", "A", 2, clock.instant());
        deliver();
        assertThat(ids()).endsWith("A.3", "A.2", "A.3");
        assertThat(ids()).noneMatch(id -> id.equals("elsewhere"));
    }

    @Test
    void endpointHearsOnlyWhatItWantsAndNobodyWaitsForAnother() {
        endpoint("we_1", "PAID,SHIPPED");
        table.insert(row("we_2", "http://127.0.0.1:1/nobody", ""), 3);
        event("A", 1, "CREATED");
        event("A", 2, "PAID");
        event("A", 3, "COMPLETED");
        deliver();
        assertThat(ids()).containsExactly("A.2");
        assertThat(table.findDelivery("we_2", "A", 1).orElseThrow().lastStatus())
                .isZero();
        assertThat(table.findDelivery("we_2", "A", 1).orElseThrow().lastError()).isNotEmpty();
    }

    @Test
    void whatADeadReplicaTookIsSentByAnother() {
        endpoint("we_1", "");
        event("A", 1, "CREATED");
        relay.relay();
        // Claimed, and never heard of again.
        assertThat(table.claim("we_1", clock.instant(), clock.instant().plusSeconds(45), 10))
                .hasSize(1);
        deliver();
        assertThat(ids()).isEmpty();
        clock.advance(Duration.ofSeconds(45));
        deliver();
        assertThat(ids()).containsExactly("A.1");
    }

    @Test
    void manyRelaysHandOnEveryEventOnceAndInOrder() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger("ordersaga.order.events");
        logger.addAppender(log);
        CountDownLatch written = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Boolean> relays = () -> {
                while (written.getCount() > 0) {
                    relay.relay();
                }
                relay.relay();
                return true;
            };
            var first = threads.submit(relays);
            var second = threads.submit(relays);
            for (int seq = 1; seq <= 20; seq++) {
                event("A", seq, "UPDATED");
                event("B", seq, "UPDATED");
            }
            written.countDown();
            assertThat(first.get()).isTrue();
            assertThat(second.get()).isTrue();
        } finally {
            logger.detachAppender(log);
        }
        for (String orderId : List.of("A", "B")) {
            assertThat(List.copyOf(log.list).stream()
                            .map(line -> JsonMapper.shared().readTree(line.getFormattedMessage()))
                            .filter(event -> event.get("orderId").asString().equals(orderId))
                            .map(event -> event.get("seq").asInt()))
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 20).boxed().toList());
        }
        assertThat(outbox.waitingSince()).isEmpty();
    }

    @Test
    void queueAndPayloadAreBounded() {
        endpoint("we_1", "");
        for (String orderId : List.of("A", "B", "C")) {
            event(orderId, 1, "CREATED");
        }
        relay.relay();
        sender.tend();
        assertThat(table.findEndpoint("we_1").orElseThrow().suspended()).isTrue();
        event("D", 1, "CREATED");
        deliver();
        assertThat(ids()).containsExactlyInAnyOrder("A.1", "B.1", "C.1");
        sender.tend();
        assertThat(table.findEndpoint("we_1").orElseThrow().suspended()).isFalse();
        event("E", 1, "CREATED", "{\"k\":\"" + "x".repeat(2000) + "\"}");
        deliver();
        Receiver.Arrival large = receiver.arrivals().getLast();
        assertThat(large.body().length()).isLessThan(1024);
        assertThat(JsonMapper.shared()
                        .readTree(large.body())
                        .get("detailDropped")
                        .asBoolean())
                .isTrue();
        assertThat(table.listDeliveries("we_1", DeliveryPage.Position.first(clock.instant()), 10))
                .hasSize(4);
        clock.advance(Duration.ofDays(8));
        sender.tend();
        assertThat(table.listDeliveries("we_1", DeliveryPage.Position.first(clock.instant()), 10))
                .isEmpty();
    }

    @Test
    void endpointsAreFewAndForgottenWithAllTheirRows() {
        endpoint("we_1", "");
        endpoint("we_2", "");
        endpoint("we_3", "");
        assertThat(table.insert(row("we_4", "http://x", ""), 3)).isFalse();
        event("A", 1, "CREATED");
        relay.relay();
        assertThat(table.delete("we_1")).isTrue();
        assertThat(table.delete("we_1")).isFalse();
        assertThat(table.countLines("we_1", 10).waiting()).isZero();
    }

    private void endpoint(String id, String types) {
        assertThat(table.insert(row(id, receiver.url("/" + id), types), 3)).isTrue();
    }

    private EndpointRow row(String id, String url, String types) {
        return new EndpointRow(id, url, types, "", "whsec_test", false, clock.instant());
    }

    private void event(String orderId, long seq, String type) {
        event(orderId, seq, type, "{\"k\":\"v\"}");
    }

    /// As the transaction of a change of an order does.
    private void event(String orderId, long seq, String type, String detail) {
        jdbi.useTransaction(handle -> {
            handle.execute(
                    "INSERT INTO order_event (order_id, seq, type, actor, from_state, to_state, gid, detail, event_time)"
                            + " VALUES (?, ?, ?, 'saga', NULL, 'PLACING', NULL, ?, '2026-11-21 08:00:00')",
                    orderId,
                    seq,
                    type,
                    detail);
            handle.execute(
                    "INSERT INTO order_outbox (order_id, first_seq, create_time) VALUES (?, ?, '2026-11-21 08:00:00')"
                            + " ON DUPLICATE KEY UPDATE first_seq = order_outbox.first_seq",
                    orderId,
                    seq);
        });
    }

    /// Relays, and sends until nothing more is due now.
    private void deliver() {
        relay.relay();
        boolean due;
        do {
            sender.send();
            // Waits for the requests under way.
            sender.close();
            sender = new WebhookSender(table, call, CONFIG, clock);
            due = !database.rows("SELECT 1 FROM webhook_line WHERE due_time <= ?", timestamp(clock.instant()))
                    .isEmpty();
        } while (due);
    }

    private static String timestamp(Instant instant) {
        return instant.toString().replace('T', ' ').replace("Z", "");
    }

    private List<String> ids() {
        return receiver.arrivals().stream().map(Receiver.Arrival::eventId).toList();
    }

    private List<String> lines() {
        return database.rows("SELECT order_id FROM webhook_line");
    }
}
