package io.ordersaga.order;

import static io.ordersaga.order.Orders.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.ordersaga.kit.Caller;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.kit.Role;
import io.ordersaga.order.ReadOrders.Listed;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What callers see and change of orders: user 42 has A0 to A24, a second apart from one another, user 43
/// has B.
@DatabaseTest
class OrderQueriesTest {
    private static final Caller OWNER = new Caller("42", Set.of(Role.CUSTOMER));
    private static final Caller OTHER = new Caller("43", Set.of(Role.CUSTOMER));
    private static final Caller STAFF = new Caller("boss", Set.of(Role.STAFF));
    private static final Caller NOBODY = new Caller("", Set.of());
    private static final Address ADDRESS = new Address("Ada", "", "GB", "", "London", "1 High Street", "");

    private final TestDatabase database;
    private final OrderParts parts;

    OrderQueriesTest(TestDatabase database) {
        this.database = database;
        this.parts = new OrderParts(database);
        for (int i = 0; i < 25; i++) {
            insert("A" + i, "42");
        }
        insert("B", "43");
        // Two at the same moment, to be told apart by their ids.
        database.update("UPDATE orders SET create_time = TIMESTAMPADD(SECOND, SUBSTRING(order_id, 2), create_time)"
                + " WHERE user_id = '42' AND order_id <> 'A8'");
        database.update("UPDATE orders SET create_time = TIMESTAMPADD(SECOND, 7, create_time) WHERE order_id = 'A8'");
    }

    private void insert(String orderId, String userId) {
        parts.table.insert(Orders.placing(orderId));
        database.update("UPDATE orders SET user_id = ? WHERE order_id = ?", userId, orderId);
    }

    @AfterEach
    void close() {
        parts.close();
    }

    @Test
    void pagesShowEveryOrderOfTheCallerOnceInBothDirections() {
        List<String> newestFirst = IntStream.rangeClosed(0, 24)
                .map(i -> 24 - i)
                .mapToObj(i -> "A" + i)
                .toList();
        assertThat(walk("", OWNER)).isEqualTo(newestFirst);
        List<String> oldestFirst = new ArrayList<>(newestFirst);
        Collections.reverse(oldestFirst);
        assertThat(walk("create_time", OWNER)).isEqualTo(oldestFirst);
        assertThat(walk("", OTHER)).containsExactly("B");
        assertThat(walk("", STAFF)).hasSize(26);
    }

    private List<String> walk(String orderBy, Caller caller) {
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            Listed<Order> page = parts.reading.list(4, token, "", orderBy, caller);
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(4);
            page.rows().forEach(order -> seen.add(order.orderId()));
            token = page.next();
        } while (!token.isEmpty());
        return seen;
    }

    @Test
    void pageSizeIsCoercedAndTheLastPageHasNoToken() {
        assertThat(parts.reading.list(0, "", "", "", OWNER).rows()).hasSize(20);
        Listed<Order> all = parts.reading.list(1000, "", "", "", OWNER);
        assertThat(all.rows()).hasSize(25);
        assertThat(all.next()).isEmpty();
        assertThat(parts.reading.list(25, "", "", "", OWNER).next()).isEmpty();
    }

    @Test
    void tokenBelongsToItsQuestion() {
        String token = parts.reading.list(4, "", "", "", OWNER).next();
        for (Runnable misuse : List.<Runnable>of(
                () -> parts.reading.list(4, token, "state = PLACING", "", OWNER),
                () -> parts.reading.list(4, token, "", "create_time", OWNER),
                () -> parts.reading.list(4, token, "", "", OTHER),
                () -> parts.reading.list(4, token + "AAAA", "", "", OWNER),
                () -> parts.reading.list(4, "!", "", "", OWNER),
                () -> parts.reading.list(4, token.substring(3), "", "", OWNER))) {
            assertThat(refusal(misuse).code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void filtersNarrowTheListAndNeverWidenIt() {
        parts.table.confirm("A3", NOW);
        assertThat(ids("state = AWAITING_PAYMENT", OWNER)).containsExactly("A3");
        assertThat(ids("state = AWAITING_PAYMENT AND user_id = \"43\"", OWNER)).isEmpty();
        assertThat(ids("user_id = \"43\"", OWNER)).isEmpty();
        assertThat(ids("user_id = \"43\"", STAFF)).containsExactly("B");
        assertThat(ids("create_time >= " + NOW.plusSeconds(23), STAFF)).containsExactly("A24", "A23");
        assertThat(ids("create_time > " + NOW.plusSeconds(7) + " AND create_time < " + NOW.plusSeconds(10), OWNER))
                .containsExactly("A9");
        assertThat(refusal(() -> ids("", NOBODY)).code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    private List<String> ids(String filter, Caller caller) {
        return parts.reading.list(100, "", filter, "", caller).rows().stream()
                .map(Order::orderId)
                .toList();
    }

    @Test
    void ordersOfOthersDoNotExist() {
        assertThat(parts.reading.get("B", Duration.ZERO, OTHER).orderId()).isEqualTo("B");
        assertThat(parts.reading.get("B", Duration.ZERO, STAFF).orderId()).isEqualTo("B");
        RefusalException missing = refusal(() -> parts.reading.get("X", Duration.ZERO, OWNER));
        for (Runnable theft : List.<Runnable>of(
                () -> parts.reading.get("B", Duration.ZERO, OWNER),
                () -> parts.reading.timeline("B", 0, "", OWNER),
                () -> parts.reading.refunds("B", OWNER),
                () -> parts.reading.refund("B", "r", OWNER),
                () -> parts.changing.update("B", Optional.empty(), Optional.of("mine"), Guard.of(OWNER, "")),
                () -> parts.changing.delete("B", Guard.of(OWNER, "")))) {
            RefusalException refusal = refusal(theft);
            assertThat(refusal.code()).isEqualTo(missing.code()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(refusal.reason()).isEqualTo(missing.reason());
        }
        assertThat(refusal(() -> parts.reading.sagas("A1", OWNER)).code()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(parts.table.find("B").orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void noteAndAddressChangeUntilTheOrderIsShipped() {
        Order noted = parts.changing.update("A1", Optional.empty(), Optional.of("ring twice"), Guard.of(OWNER, "1"));
        assertThat(noted.delivery().note()).isEqualTo("ring twice");
        Order addressed = parts.changing.update("A1", Optional.of(ADDRESS), Optional.empty(), Guard.of(STAFF, "2"));
        assertThat(addressed.delivery()).isEqualTo(new Delivery(Optional.of(ADDRESS), "ring twice", Optional.empty()));
        assertThat(addressed.etag()).isEqualTo("3");
        assertThat(parts.reading.timeline("A1", 0, "", OWNER).rows())
                .extracting(OrderEvent::type, OrderEvent::actor)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(OrderEvent.Type.CREATED, "user:42"),
                        org.assertj.core.api.Assertions.tuple(OrderEvent.Type.UPDATED, "user:42"),
                        org.assertj.core.api.Assertions.tuple(OrderEvent.Type.UPDATED, "staff:boss"));

        RefusalException late =
                refusal(() -> parts.changing.update("A1", Optional.empty(), Optional.of("x"), Guard.of(OWNER, "2")));
        assertThat(late.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(late.reason()).isEqualTo("ETAG_MISMATCH");
        assertThat(late.metadata()).containsEntry("etag", "3");
        for (String nonsense : List.of("0", "03", "x", "\"3\"", "9".repeat(64))) {
            assertThat(refusal(() -> parts.changing.update(
                                    "A1", Optional.empty(), Optional.of("x"), Guard.of(OWNER, nonsense)))
                            .reason())
                    .isEqualTo("ETAG_MISMATCH");
        }

        database.update("UPDATE orders SET state = 'SHIPPED' WHERE order_id = 'A1'");
        RefusalException shipped =
                refusal(() -> parts.changing.update("A1", Optional.empty(), Optional.of("x"), Guard.of(OWNER, "")));
        assertThat(shipped.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(shipped.reason()).isEqualTo("ORDER_STATE_CONFLICT");
        assertThat(shipped.metadata()).containsEntry("state", "SHIPPED");
    }

    @Test
    void onlyOneOfManyWhoSawTheSameVersionChangesIt() throws Exception {
        List<Future<String>> results;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            results = threads.invokeAll(Collections.nCopies(20, () -> {
                try {
                    return parts.changing
                            .update("A2", Optional.empty(), Optional.of("n"), Guard.of(OWNER, "1"))
                            .etag();
                } catch (RefusalException e) {
                    return e.reason();
                }
            }));
        }
        List<String> told = new ArrayList<>();
        for (Future<String> result : results) {
            told.add(result.get());
        }
        assertThat(told).containsOnlyOnce("2");
        assertThat(Collections.frequency(told, "ETAG_MISMATCH")).isEqualTo(19);
    }

    @Test
    void deletedOrderIsSeenByStaffOnly() {
        assertThat(refusal(() -> parts.changing.delete("A4", Guard.of(OWNER, "")))
                        .reason())
                .isEqualTo("ORDER_STATE_CONFLICT");
        parts.table.reject("A4", Orders.OUT_OF_STOCK, NOW);
        assertThat(parts.changing.delete("A4", Guard.of(OWNER, "2")).progress().deleteTime())
                .contains(NOW);
        assertThat(refusal(() -> parts.reading.get("A4", Duration.ZERO, OWNER)).reason())
                .isEqualTo("ORDER_NOT_FOUND");
        assertThat(refusal(() -> parts.changing.delete("A4", Guard.of(OWNER, "")))
                        .reason())
                .isEqualTo("ORDER_NOT_FOUND");
        assertThat(ids("", OWNER)).hasSize(24).doesNotContain("A4");
        assertThat(ids("", STAFF)).doesNotContain("A4");
        assertThat(parts.reading.get("A4", Duration.ZERO, STAFF).version()).isEqualTo(3);
        assertThat(parts.changing.delete("A4", Guard.of(STAFF, "")).version()).isEqualTo(3);
        assertThat(parts.reading.timeline("A4", 0, "", STAFF).rows().getLast().type())
                .isEqualTo(OrderEvent.Type.DELETED);
    }

    @Test
    void timelineComesInPagesAndNamesTheSagas() {
        parts.table.reject("A5", Orders.OUT_OF_STOCK, NOW);
        Listed<OrderEvent> first = parts.reading.timeline("A5", 1, "", OWNER);
        assertThat(first.rows()).extracting(OrderEvent::type).containsExactly(OrderEvent.Type.CREATED);
        Listed<OrderEvent> second = parts.reading.timeline("A5", 1, first.next(), OWNER);
        assertThat(second.rows()).extracting(OrderEvent::type).containsExactly(OrderEvent.Type.REJECTED);
        assertThat(second.next()).isEmpty();
        assertThat(refusal(() -> parts.reading.timeline("A6", 1, first.next(), OWNER))
                        .code())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        String definition = parts.table.find("A5").orElseThrow().sagaDefinition();
        String error = "OUT_OF_STOCK: only 1 of product 1 is left";
        assertThat(parts.reading.sagas("A5", STAFF))
                .containsExactly(new SagaRun("place-A5", definition, "", List.of(), error));
        parts.sagas.set("""
                {"transaction":{"gid":"place-A5","status":"failed","rollback_reason":"FAILURE"},
                "branches":[{"branch_id":"01","op":"action","status":"succeed","url":"x"}]}
                """);
        assertThat(parts.reading.sagas("A5", STAFF))
                .containsExactly(new SagaRun(
                        "place-A5",
                        definition,
                        "failed",
                        List.of(new SagaRun.Branch("01", "action", "succeed")),
                        error));
        parts.sagas.set("nonsense");
        assertThat(parts.reading.sagas("A5", STAFF)).hasSize(1);
    }

    @Test
    void refundsAreListedWithTheirOrder() {
        Refund refund = new Refund(
                "r1",
                "A7",
                Refund.State.PENDING,
                "CNY",
                500,
                List.of(new Refund.Line("1", 1)),
                true,
                "damaged",
                Optional.empty(),
                NOW,
                NOW);
        parts.refunds.insert(refund);
        assertThat(parts.reading.refunds("A7", OWNER)).containsExactly(refund);
        assertThat(parts.reading.refund("A7", "r1", OWNER)).isEqualTo(refund);
        assertThat(refusal(() -> parts.reading.refund("A6", "r1", OWNER)).reason())
                .isEqualTo("REFUND_NOT_FOUND");
        assertThat(parts.refunds.fail("r1", Orders.OUT_OF_STOCK, NOW.plusSeconds(1)))
                .isTrue();
        assertThat(parts.refunds.succeed("r1", NOW)).isFalse();
        assertThat(parts.reading.refund("A7", "r1", OWNER).failure()).contains(Orders.OUT_OF_STOCK);
    }

    @Test
    void waitEndsWhenTheOrderIsPlacedAndCostsOneStatementForAll() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Order>> waiting = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String orderId = i % 2 == 0 ? "A9" : "A10";
                waiting.add(threads.submit(() -> parts.reading.get(orderId, Duration.ofSeconds(20), OWNER)));
            }
            await().until(() -> parts.watch.waiting() == 40);
            parts.table.confirm("A9", NOW);
            for (int i = 0; i < 40; i += 2) {
                assertThat(waiting.get(i).get().state()).isEqualTo(OrderState.AWAITING_PAYMENT);
            }
            assertThat(waiting.get(1).isDone()).isFalse();
            parts.table.reject("A10", Orders.OUT_OF_STOCK, NOW);
            for (int i = 1; i < 40; i += 2) {
                assertThat(waiting.get(i).get().state()).isEqualTo(OrderState.REJECTED);
            }
        }
        assertThat(parts.watch.waiting()).isZero();
    }

    @Test
    void waitIsOverInTimeAndNobodyWaitsForWhatIsDecided() {
        assertThat(parts.reading.get("A11", Duration.ofMillis(150), OWNER).state())
                .isEqualTo(OrderState.PLACING);
        parts.table.confirm("A11", NOW);
        assertThat(parts.reading.get("A11", Duration.ofDays(1), OWNER).state()).isEqualTo(OrderState.AWAITING_PAYMENT);
        assertThat(parts.watch.waiting()).isZero();
    }

    private static RefusalException refusal(Runnable call) {
        RefusalException refusal = catchThrowableOfType(RefusalException.class, call::run);
        assertThat(refusal).as("refused").isNotNull();
        return refusal;
    }

    @Test
    void guardWithoutVersionMatchesAny() {
        assertThat(Guard.of(OWNER, "").version()).isEqualTo(OptionalLong.empty());
        assertThat(Guard.of(OWNER, "*").version()).isEqualTo(OptionalLong.empty());
        assertThat(Guard.of(STAFF, "").owner()).isEmpty();
    }
}
