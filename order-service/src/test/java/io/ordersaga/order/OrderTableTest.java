package io.ordersaga.order;

import static io.ordersaga.order.Orders.NOW;
import static io.ordersaga.order.Orders.OUT_OF_STOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ordersaga.kit.Caller;
import io.ordersaga.kit.Role;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DatabaseTest
class OrderTableTest {
    private static final Instant LATER = NOW.plusSeconds(5);

    private final Jdbi jdbi;
    private final OrderTable table;

    OrderTableTest(TestDatabase database) {
        database.migrate("classpath:db/migration");
        jdbi = Jdbi.create(database.dataSource()).installPlugin(new SqlObjectPlugin());
        table = jdbi.onDemand(OrderTable.class);
    }

    @BeforeEach
    void empty() {
        jdbi.useHandle(handle -> {
            handle.execute("DELETE FROM order_event");
            handle.execute("DELETE FROM order_lines");
            handle.execute("DELETE FROM orders");
        });
    }

    @Test
    void orderIsReadAsItWasStored() {
        Order plain = Orders.placing("A");
        Order withCoupon = Orders.placingWithCoupon("a");
        table.insert(plain);
        table.insert(withCoupon);
        assertThat(table.find("A")).contains(plain);
        assertThat(table.find("a")).contains(withCoupon);
        assertThat(table.find("b")).isEmpty();
    }

    @Test
    void orderWithoutItsLinesIsNeverStored() {
        table.insertLines(List.of(new OrderRows.LineRow("A", 2, "9", 1, 1, 0, 0)));
        assertThatThrownBy(() -> table.insert(Orders.placing("A"))).hasMessageContaining("Duplicate");
        assertThat(table.findState("A")).isEmpty();
    }

    @Test
    void sameIdIsNotStoredTwice() {
        table.insert(Orders.placing("A"));
        assertThatThrownBy(() -> table.insert(Orders.placingWithCoupon("A"))).hasMessageContaining("Duplicate");
        assertThat(table.find("A")).contains(Orders.placing("A"));
    }

    @ParameterizedTest
    @EnumSource
    void confirmHappensFromLegalStatesOnly(OrderState from) {
        stored("A", from);
        boolean legal = from == OrderState.PLACING;
        assertThat(table.confirm("A", LATER)).isEqualTo(legal);
        assertThat(table.findState("A")).contains(legal ? OrderState.AWAITING_PAYMENT : from);
    }

    @ParameterizedTest
    @EnumSource
    void rejectHappensFromLegalStatesOnly(OrderState from) {
        stored("A", from);
        Optional<Rejection> before = table.find("A").orElseThrow().rejection();
        boolean legal = from.canBecome(OrderState.REJECTED);
        assertThat(table.reject("A", OUT_OF_STOCK, LATER)).isEqualTo(legal);
        assertThat(table.find("A").orElseThrow().rejection()).isEqualTo(legal ? Optional.of(OUT_OF_STOCK) : before);
    }

    @ParameterizedTest
    @EnumSource
    void onlyAnOrderThatIsBeingPlacedIsGivenUp(OrderState from) {
        stored("A", from);
        boolean legal = from == OrderState.PLACING;
        assertThat(table.rejectWhilePlacing("A", OUT_OF_STOCK, LATER)).isEqualTo(legal);
        assertThat(table.findState("A")).contains(legal ? OrderState.REJECTED : from);
    }

    @ParameterizedTest
    @EnumSource
    void legalChangesHappenWithTheirEventAndNoOthers(OrderState from) {
        // Nothing becomes PLACING; a change to it cannot even be made.
        for (OrderState to : EnumSet.complementOf(EnumSet.of(OrderState.PLACING))) {
            String orderId = from + "-" + to;
            stored(orderId, from);
            long version = table.find(orderId).orElseThrow().version();
            OrderChange change = new OrderChange(
                    orderId,
                    OrderEvent.Type.UPDATED,
                    to,
                    to.predecessors(),
                    "saga",
                    Optional.of("g"),
                    Optional.of("42"),
                    OptionalLong.of(version),
                    Map.of("k", "v"),
                    OrderChange.Values.NONE);
            if (to == OrderState.REJECTED) {
                change = change.rejected(OUT_OF_STOCK);
            }
            assertThat(table.change(change, LATER)).as(orderId).isEqualTo(from.canBecome(to));
            Order after = table.find(orderId).orElseThrow();
            List<OrderEvent> told = table.findEvents(orderId, version, 10);
            if (from.canBecome(to)) {
                assertThat(after.state()).isEqualTo(to);
                assertThat(after.version()).isEqualTo(version + 1);
                assertThat(after.progress().stateBefore()).contains(from);
                assertThat(told).singleElement().satisfies(event -> {
                    assertThat(event.seq()).isEqualTo(version + 1);
                    assertThat(event.fromState()).contains(from);
                    assertThat(event.toState()).isEqualTo(to);
                    assertThat(event.gid()).contains("g");
                    assertThat(event.detail()).containsEntry("k", "v");
                });
            } else {
                assertThat(after.state()).isEqualTo(from);
                assertThat(after.version()).isEqualTo(version);
                assertThat(told).isEmpty();
            }
        }
    }

    @Test
    void changeKeepsWhatItRecordsAndLooksAtOwnerAndVersion() {
        table.insert(Orders.placing("A"));
        OrderChange paid =
                OrderChange.of("A", OrderEvent.Type.PAID, OrderState.PAID).paid("p1", NOW);
        assertThat(table.change(paid.under(guard("43", 1)), LATER)).isFalse();
        assertThat(table.change(paid.under(guard("42", 2)), LATER)).isFalse();
        assertThat(table.change(paid.under(guard("42", 1)), LATER)).isTrue();
        assertThat(table.change(
                        OrderChange.of("A", OrderEvent.Type.SHIPPED, OrderState.SHIPPED)
                                .shipped(new Tracking("post", "T-1"), LATER),
                        LATER))
                .isTrue();
        assertThat(table.change(
                        OrderChange.of("A", OrderEvent.Type.REFUND_BEGUN, OrderState.REFUNDING)
                                .refunded("r1", 2700),
                        LATER))
                .isTrue();
        Order order = table.find("A", Optional.of("42")).orElseThrow();
        assertThat(order.progress().paymentId()).contains("p1");
        assertThat(order.progress().paidTime()).contains(NOW);
        assertThat(order.progress().shippedTime()).contains(LATER);
        assertThat(order.delivery().tracking()).contains(new Tracking("post", "T-1"));
        assertThat(order.refundableMinor()).isZero();
        assertThat(order.etag()).isEqualTo("4");
        assertThat(table.find("A", Optional.of("43"))).isEmpty();
        assertThat(table.findEvents("A", 0, 10))
                .extracting(OrderEvent::seq, OrderEvent::type, OrderEvent::actor)
                .containsExactly(
                        tuple(1L, OrderEvent.Type.CREATED, "user:42"),
                        tuple(2L, OrderEvent.Type.PAID, "user:42"),
                        tuple(3L, OrderEvent.Type.SHIPPED, "saga"),
                        tuple(4L, OrderEvent.Type.REFUND_BEGUN, "saga"));
        OrderChange tooMuch = OrderChange.of("A", OrderEvent.Type.PARTLY_REFUNDED, OrderState.SHIPPED)
                .refunded("r2", 1);
        assertThatThrownBy(() -> table.change(tooMuch, LATER)).hasMessageContaining("refunded_within_payable");
    }

    private static Guard guard(String userId, long version) {
        return new Guard(new Caller(userId, Set.of(Role.CUSTOMER)), OptionalLong.of(version));
    }

    @Test
    void unknownOrderChangesNothing() {
        assertThat(table.confirm("A", NOW)).isFalse();
        assertThat(table.reject("A", OUT_OF_STOCK, NOW)).isFalse();
    }

    @Test
    void changeSetsTheTimeAndLeavesOtherOrdersAlone() {
        table.insert(Orders.placing("A"));
        table.insert(Orders.placing("B"));
        table.confirm("A", LATER);
        assertThat(table.find("A").orElseThrow().updateTime()).isEqualTo(LATER);
        assertThat(table.find("A").orElseThrow().createTime()).isEqualTo(NOW);
        assertThat(table.find("B")).contains(Orders.placing("B"));
    }

    @Test
    void longAndStrangeReasonsAreKeptAsFarAsTheyFit() {
        table.insert(Orders.placing("A"));
        Rejection strange = new Rejection(
                "d".repeat(100), "R".repeat(100), "\uD83D\uDE00".repeat(900), Map.of("k\"'\n", "\uD83D\uDE00'--"));
        table.reject("A", strange, LATER);
        Rejection read = table.find("A").orElseThrow().rejection().orElseThrow();
        assertThat(read).isEqualTo(strange);
        assertThat(read.domain()).hasSize(64);
        assertThat(read.reason()).hasSize(64);
        assertThat(read.message()).isEqualTo("\uD83D\uDE00".repeat(500));
    }

    @Test
    void confirmAndRejectRaceForOneWinner() throws Exception {
        List<String> orderIds = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            orderIds.add("R" + i);
            table.insert(Orders.placing("R" + i));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String orderId : orderIds) {
                Callable<Boolean> confirm = () -> table.confirm(orderId, LATER);
                Callable<Boolean> giveUp = () -> table.rejectWhilePlacing(orderId, OUT_OF_STOCK, LATER);
                List<Future<Boolean>> won = threads.invokeAll(List.of(confirm, giveUp));
                assertThat(won.get(0).get()).isNotEqualTo(won.get(1).get());
                assertThat(table.findState(orderId))
                        .contains(won.get(0).get() ? OrderState.AWAITING_PAYMENT : OrderState.REJECTED);
            }
        }
    }

    @Test
    void claimTakesTheLongestUntouchedOnce() {
        for (int i = 0; i < 5; i++) {
            Order order = Orders.placing("C" + i);
            table.insert(order);
            touchedAt("C" + i, NOW.minusSeconds(100 - i));
        }
        stored("done", OrderState.AWAITING_PAYMENT);
        touchedAt("done", NOW.minusSeconds(1000));
        table.insert(Orders.placing("young"));
        Instant before = NOW.minus(Duration.ofSeconds(30));
        assertThat(table.claimOverdue(before, NOW, 3)).containsExactly("C0", "C1", "C2");
        assertThat(table.claimOverdue(before, NOW, 3)).containsExactly("C3", "C4");
        assertThat(table.claimOverdue(before, NOW, 3)).isEmpty();
        assertThat(table.claimOverdue(NOW.plusMillis(1), LATER, 100))
                .contains("C0", "young")
                .doesNotContain("done");
    }

    @Test
    void claimPassesOverWhatAnotherReplicaHolds() {
        table.insert(Orders.placing("A"));
        table.insert(Orders.placing("B"));
        touchedAt("A", NOW.minusSeconds(100));
        touchedAt("B", NOW.minusSeconds(50));
        // Opened, because JDBI would lend a thread the handle that it already has.
        try (Handle other = jdbi.open()) {
            other.begin();
            assertThat(other.attach(OrderTable.class).lockOverdue(NOW, 1)).containsExactly("A");
            assertThat(table.claimOverdue(NOW, NOW, 10)).containsExactly("B");
            other.rollback();
        }
    }

    @Test
    void databaseItselfRefusesARejectionWithoutReason() {
        table.insert(Orders.placing("A"));
        assertThatThrownBy(() -> jdbi.useHandle(
                        handle -> handle.execute("UPDATE orders SET state = 'REJECTED' WHERE order_id = 'A'")))
                .hasMessageContaining("rejected_with_reason");
    }

    private void stored(String orderId, OrderState state) {
        table.insert(Orders.placing(orderId));
        if (state == OrderState.REJECTED) {
            table.reject(orderId, new Rejection("order.ordersaga", "EARLIER", "earlier", Map.of()), NOW);
        } else {
            jdbi.useHandle(
                    handle -> handle.execute("UPDATE orders SET state = ? WHERE order_id = ?", state.name(), orderId));
        }
    }

    private void touchedAt(String orderId, Instant time) {
        table.markSubmitted(List.of(orderId), time);
    }
}
