package io.ordersaga.stock;

import static io.ordersaga.stock.StockFixture.back;
import static io.ordersaga.stock.StockFixture.line;
import static io.ordersaga.stock.StockFixture.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.ordersaga.stock.v1.AdjustStockRequest;
import io.ordersaga.stock.v1.ListMovementsRequest;
import io.ordersaga.stock.v1.ListMovementsResponse;
import io.ordersaga.stock.v1.ReceiveStockRequest;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.stock.v1.StockLine;
import io.ordersaga.stock.v1.StockMovement;
import io.ordersaga.stock.v1.StockServiceGrpc;
import io.ordersaga.stock.v1.StockServiceGrpc.StockServiceBlockingStub;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Selling, returning and adjusting, on the real database. After every test the ledger, the reservations
/// and the levels of every product say the same.
@DatabaseTest
class StockLedgerTest {
    private static StockFixture stock;
    private static StockServiceBlockingStub staff;

    @BeforeAll
    static void start(TestDatabase database) {
        stock = StockFixture.start(database);
        staff = StockServiceGrpc.newBlockingStub(stock.service().channel());
    }

    @AfterAll
    static void stop() {
        stock.close();
    }

    @AfterEach
    void theBooksBalance() {
        assertThat(stock.unbalanced()).isEmpty();
    }

    @Test
    void whatAnOrderPaidIsSoldAndNotReleasedAnyMore() {
        String cup = stock.product(10);
        ReservationRequest order = order(line(cup, 3));
        stock.reserve(order);

        ok(stock.commit(order.getOrderId()));
        assertThat(stock.levels(cup)).isEqualTo("7 + 0 + 3");

        stock.forget("action");
        ok(stock.commit(order.getOrderId()));
        ok(stock.release(order));
        assertThat(stock.levels(cup)).isEqualTo("7 + 0 + 3");
        assertThat(stock.kinds(cup)).containsExactly("OPENING", "RESERVE", "COMMIT");
    }

    @Test
    void whatAnOrderDoesNotHoldIsNotSold() {
        String cup = stock.product(10);
        ReservationRequest order = order(line(cup, 3));
        stock.reserve(order);
        stock.release(order);

        Answer released = stock.commit(order.getOrderId());
        Answer unknown = stock.commit("nothing");

        assertThat(List.of(released, unknown)).allSatisfy(answer -> {
            assertThat(answer.code()).isEqualTo(Status.Code.ABORTED);
            assertThat(answer.errorInfo().getReason()).isEqualTo("STOCK_NOT_HELD");
        });
        assertThat(stock.levels(cup)).isEqualTo("10 + 0 + 0");
    }

    @Test
    void refundsBringPiecesBackOnceEachAndNeverMoreThanWereSold() {
        String cup = stock.product(10);
        String tray = stock.product(10);
        String orderId = sold(line(cup, 5), line(tray, 2));

        ok(stock.restock(orderId, "r1-" + orderId, back(cup, 2)));
        assertThat(stock.levels(cup)).isEqualTo("7 + 0 + 3");
        stock.forget("action");
        ok(stock.restock(orderId, "r1-" + orderId, back(cup, 2)));
        assertThat(stock.levels(cup)).isEqualTo("7 + 0 + 3");

        ok(stock.restock(orderId, "r2-" + orderId, back(cup, 4)));
        assertThat(stock.levels(cup)).isEqualTo("10 + 0 + 0");
        assertThat(stock.database()
                        .rows("SELECT quantity, returned_quantity FROM restock WHERE refund_id = ?", "r2-" + orderId))
                .containsExactly("4, 3");

        ok(stock.restock(orderId, "r3-" + orderId));
        ok(stock.restock(orderId, "r4-" + orderId));
        assertThat(stock.levels(tray)).isEqualTo("10 + 0 + 0");
        assertThat(stock.database().rows("SELECT DISTINCT state FROM reservation WHERE order_id = ?", orderId))
                .containsExactly("RETURNED");
        assertThat(stock.kinds(tray)).containsExactly("OPENING", "RESERVE", "COMMIT", "RESTOCK");
    }

    @Test
    void anOrderThatBoughtNothingReturnsNothing() {
        String cup = stock.product(10);
        ReservationRequest order = order(line(cup, 3));
        stock.reserve(order);
        stock.release(order);

        ok(stock.restock(order.getOrderId(), "r-" + order.getOrderId()));

        assertThat(stock.levels(cup)).isEqualTo("10 + 0 + 0");
    }

    /// An order that costs nothing is paid, and may be refunded, before its pieces are sold.
    @Test
    void anOrderThatStillHoldsItsPiecesReturnsThemWhenTheyAreSold() {
        String cup = stock.product(10);
        ReservationRequest order = order(line(cup, 3));
        String refund = "r-" + order.getOrderId();
        stock.reserve(order);

        assertThat(stock.restock(order.getOrderId(), refund).code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        ok(stock.commit(order.getOrderId()));
        ok(stock.restock(order.getOrderId(), refund));

        assertThat(stock.levels(cup)).isEqualTo("10 + 0 + 0");
    }

    @Test
    void ordersThatAreHeldPaidCancelledAndRefundedAtOnceLoseNoPiece() throws Exception {
        String cup = stock.product(60);
        String tray = stock.product(60);
        List<Callable<List<Answer>>> lives = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ReservationRequest order =
                    i % 2 == 0 ? order(line(cup, 2), line(tray, 1)) : order(line(tray, 1), line(cup, 2));
            int end = i % 4;
            lives.add(() -> life(order, end));
        }

        for (List<Answer> answers : allAtOnce(lives)) {
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.code()).isIn(Status.Code.OK, Status.Code.ABORTED));
        }

        assertThat(stock.unbalanced()).isEmpty();
        assertThat(total(cup)).isEqualTo(60);
        assertThat(total(tray)).isEqualTo(60);
    }

    /// 0 is held, 1 cancelled, 2 paid and refunded; 3 is paid and cancelled at the same instant, which only
    /// one can win.
    private static List<Answer> life(ReservationRequest order, int end) throws Exception {
        List<Answer> answers = new ArrayList<>();
        answers.add(decided(() -> stock.reserve(order)));
        if (!answers.getFirst().status().isOk()) {
            return answers;
        }
        String orderId = order.getOrderId();
        switch (end) {
            case 0 -> {}
            case 1 -> answers.add(decided(() -> stock.release(order)));
            case 2 -> {
                answers.add(decided(() -> stock.commit(orderId)));
                answers.add(decided(() -> stock.restock(orderId, "r-" + orderId)));
            }
            default ->
                answers.addAll(allAtOnce(List.of(
                        () -> decided(() -> stock.commit(orderId)), () -> decided(() -> stock.release(order)))));
        }
        return answers;
    }

    @Test
    void anAdjustmentIsMadeOncePerRequestId() {
        String cup = stock.product(10);
        AdjustStockRequest damage =
                adjustment(cup, -3).setNote("fell off the shelf").build();

        StockMovement movement = staff.adjustStock(damage);
        AtomicReference<Metadata> headers = new AtomicReference<>();
        assertThat(staff.withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()))
                        .adjustStock(damage))
                .isEqualTo(movement);
        assertThat(headers.get().get(Metadata.Key.of("idempotent-replayed", Metadata.ASCII_STRING_MARSHALLER)))
                .isEqualTo("true");
        Answer reused = stock.call(
                "AdjustStock", "", "staff", damage.toBuilder().setDelta(-4).build());
        staff.adjustStock(adjustment(cup, 1).build());

        assertThat(stock.levels(cup)).isEqualTo("8 + 0 + 0");
        assertThat(movement.getAvailable()).isEqualTo(7);
        assertThat(movement.getDeltaAvailable()).isEqualTo(-3);
        assertThat(movement.getReason()).isEqualTo(AdjustStockRequest.Reason.DAMAGE);
        assertThat(movement.getNote()).isEqualTo("fell off the shelf");
        assertThat(reused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(reused.errorInfo().getReason()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void theSameAdjustmentFromManyAtOnceIsMadeOnce() throws Exception {
        String cup = stock.product(10);
        AdjustStockRequest receipt = adjustment(cup, 5).build();
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(() -> decided(() -> stock.call("AdjustStock", "s1", "staff", receipt)));
        }

        assertThat(allAtOnce(calls)).extracting(Answer::code).containsOnly(Status.Code.OK);

        assertThat(stock.levels(cup)).isEqualTo("15 + 0 + 0");
    }

    @Test
    void noMoreIsTakenThanIsAvailable() {
        String cup = stock.product(5);
        stock.reserve(order(line(cup, 3)));

        Answer answer =
                stock.call("AdjustStock", "s1", "staff", adjustment(cup, -3).build());

        assertThat(answer.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(answer.errorInfo().getReason()).isEqualTo("OUT_OF_STOCK");
        assertThat(answer.errorInfo().getMetadataMap()).containsEntry("available", "2");
        assertThat(stock.call(
                                "AdjustStock",
                                "s1",
                                "staff",
                                adjustment("nothing", 1).build())
                        .code())
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(stock.levels(cup)).isEqualTo("2 + 3 + 0");
    }

    @Test
    void aDeliveryIsReceivedWholeOrNotAtAll() {
        String cup = stock.product(0);
        String tray = stock.product(1);
        ReceiveStockRequest delivery = ReceiveStockRequest.newBuilder()
                .addLines(StockLine.newBuilder().setProductId(tray).setQuantity(20))
                .addLines(StockLine.newBuilder().setProductId(cup).setQuantity(10))
                .setNote("delivery 4711")
                .setRequestId(UUID.randomUUID().toString())
                .build();
        ReceiveStockRequest withUnknown = delivery.toBuilder()
                .addLines(StockLine.newBuilder().setProductId("zzz").setQuantity(1))
                .setRequestId(UUID.randomUUID().toString())
                .build();

        assertThat(staff.receiveStock(delivery).getMovementsCount()).isEqualTo(2);
        assertThat(stock.call("ReceiveStock", "s1", "staff", withUnknown).code())
                .isEqualTo(Status.Code.NOT_FOUND);

        assertThat(stock.levels(cup)).isEqualTo("10 + 0 + 0");
        assertThat(stock.levels(tray)).isEqualTo("21 + 0 + 0");
    }

    @Test
    void theLedgerIsReadPageByPageTheLatestFirst() {
        String cup = stock.product(10);
        String orderId = sold(line(cup, 4));
        stock.restock(orderId, "r-" + orderId);

        List<StockMovement> seen = new ArrayList<>();
        String token = "";
        do {
            ListMovementsResponse page = staff.listMovements(ListMovementsRequest.newBuilder()
                    .setProductId(cup)
                    .setPageSize(3)
                    .setPageToken(token)
                    .build());
            seen.addAll(page.getMovementsList());
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(seen).extracting(StockMovement::getMovementNo).containsExactly(4L, 3L, 2L, 1L);
        assertThat(seen)
                .extracting(StockMovement::getKind)
                .containsExactly(
                        StockMovement.Kind.RESTOCK,
                        StockMovement.Kind.COMMIT,
                        StockMovement.Kind.RESERVE,
                        StockMovement.Kind.OPENING);
        assertThat(seen.getFirst().getOrderId()).isEqualTo(orderId);
        assertThat(seen.getFirst().getRefundId()).isEqualTo("r-" + orderId);
        assertThat(seen.get(2).getAvailable()).isEqualTo(6);
        assertThat(seen.get(2).getReserved()).isEqualTo(4);
        String foreign = PageToken.MOVEMENTS.text("other:3");
        assertThat(stock.call(
                                "ListMovements",
                                "s1",
                                "staff",
                                ListMovementsRequest.newBuilder()
                                        .setProductId(cup)
                                        .setPageToken(foreign)
                                        .build())
                        .violatedFields())
                .containsExactly("page_token");
    }

    @Test
    void theSchemaItselfForbidsStatesThatContradictTheirQuantities() {
        String cup = stock.product(10);
        String orderId = sold(line(cup, 4));

        assertThatThrownBy(() -> stock.database()
                        .update("UPDATE reservation SET returned_quantity = 5 WHERE order_id = ?", orderId))
                .hasMessageContaining("reservation_returned_quantity_sold");
        assertThatThrownBy(() -> stock.database().update("UPDATE stock SET sold = -1 WHERE product_id = ?", cup))
                .hasMessageContaining("stock_sold_not_negative");
    }

    private static String sold(io.ordersaga.stock.v1.ReservationLine... lines) {
        ReservationRequest order = order(lines);
        ok(stock.reserve(order));
        ok(stock.commit(order.getOrderId()));
        return order.getOrderId();
    }

    private static AdjustStockRequest.Builder adjustment(String productId, long delta) {
        return AdjustStockRequest.newBuilder()
                .setProductId(productId)
                .setDelta(delta)
                .setReason(AdjustStockRequest.Reason.DAMAGE)
                .setRequestId(UUID.randomUUID().toString());
    }

    private static long total(String productId) {
        return Long.parseLong(stock.database()
                .rows("SELECT available + reserved + sold FROM stock WHERE product_id = ?", productId)
                .getFirst());
    }

    private static void ok(Answer answer) {
        assertThat(answer.code()).isEqualTo(Status.Code.OK);
    }

    /// Repeats the call while the service is too busy to decide, as the coordinator would.
    private static Answer decided(Callable<Answer> call) throws Exception {
        Answer answer = call.call();
        for (int i = 0; i < 100 && answer.code() == Status.Code.RESOURCE_EXHAUSTED; i++) {
            answer = call.call();
        }
        return answer;
    }

    private static <T> List<T> allAtOnce(List<Callable<T>> calls) throws Exception {
        List<T> results = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> result : callers.invokeAll(calls)) {
                results.add(result.get());
            }
        }
        return results;
    }
}
