package io.ordersaga.stock;

import static io.ordersaga.stock.StockFixture.line;
import static io.ordersaga.stock.StockFixture.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.stock.v1.ReservationLine;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.stock.v1.StockBranchesGrpc;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Reserving and releasing as the coordinator asks for it, on the real database: refusals, repetitions, and
/// many at once.
@DatabaseTest
class StockBranchesTest {
    private static StockFixture stock;

    @BeforeAll
    static void start(TestDatabase database) {
        stock = StockFixture.start(database);
    }

    @AfterAll
    static void stop() {
        stock.close();
    }

    @Test
    void reservedPiecesAreNoLongerAvailable() {
        String cup = stock.product(10);
        String tray = stock.product(5);
        ReservationRequest order = order(line(cup, 3), line(tray, 5));

        assertThat(stock.reserve(order).code()).isEqualTo(Status.Code.OK);

        assertThat(stock.available(cup)).isEqualTo(7);
        assertThat(stock.reserved(cup)).isEqualTo(3);
        assertThat(stock.available(tray)).isZero();
        assertThat(stock.reserved(tray)).isEqualTo(5);
        assertThat(stock.held(order.getOrderId())).isEqualTo(8);
    }

    @Test
    void releasedPiecesAreAvailableAgain() {
        String cup = stock.product(10);
        ReservationRequest order = order(line(cup, 3));
        stock.reserve(order);

        assertThat(stock.release(order).code()).isEqualTo(Status.Code.OK);

        assertThat(stock.available(cup)).isEqualTo(10);
        assertThat(stock.reserved(cup)).isZero();
        assertThat(stock.held(order.getOrderId())).isZero();
    }

    @Test
    void theSameProductOnTwoLinesIsOneReservation() {
        String cup = stock.product(10);

        assertThat(stock.reserve(order(line(cup, 3), line(cup, 4))).code()).isEqualTo(Status.Code.OK);
        assertThat(stock.available(cup)).isEqualTo(3);
        Answer tooMany = stock.reserve(order(line(cup, 2), line(cup, 2)));
        assertThat(tooMany.errorInfo().getMetadataMap()).containsEntry("requested", "4");
        assertThat(stock.available(cup)).isEqualTo(3);
    }

    @Test
    void whatIsNotThereIsRefusedWithWhatIs() {
        String cup = stock.product(4);

        Answer answer = stock.reserve(order(line(cup, 5)));

        refused(answer, "OUT_OF_STOCK");
        assertThat(answer.errorInfo().getMetadataMap())
                .isEqualTo(Map.of("product_id", cup, "requested", "5", "available", "4"));
        assertThat(answer.status().getDescription()).isEqualTo("product " + cup + " has 4 left, 5 requested");
        assertThat(stock.available(cup)).isEqualTo(4);
    }

    @Test
    void anUnknownProductIsRefused() {
        Answer answer = stock.reserve(order(line("nothing", 1)));

        refused(answer, "PRODUCT_NOT_FOUND");
        assertThat(answer.errorInfo().getMetadataMap()).isEqualTo(Map.of("product_id", "nothing"));
    }

    @Test
    void anInactiveProductIsRefused() {
        String cup = stock.product(10);
        stock.database().update("UPDATE product SET active = FALSE WHERE product_id = ?", cup);

        Answer answer = stock.reserve(order(line(cup, 1)));

        refused(answer, "PRODUCT_INACTIVE");
        assertThat(answer.errorInfo().getMetadataMap()).isEqualTo(Map.of("product_id", cup));
        assertThat(stock.available(cup)).isEqualTo(10);
    }

    @Test
    void anyOtherPriceIsRefused() {
        String cup = stock.product(10);
        ReservationLine line = line(cup, 1);

        Answer cheaper = stock.reserve(order(priced(line, price -> price.setAmountMinor(1099))));
        Answer dearer = stock.reserve(order(priced(line, price -> price.setAmountMinor(1101))));
        Answer otherMoney = stock.reserve(order(priced(line, price -> price.setCurrencyCode("JPY"))));
        Answer twoPrices = stock.reserve(order(line, priced(line, price -> price.setAmountMinor(1))));

        assertThat(List.of(cheaper, dearer, otherMoney, twoPrices))
                .allSatisfy(answer -> refused(answer, "PRICE_CHANGED"));
        assertThat(cheaper.errorInfo().getMetadataMap())
                .isEqualTo(Map.of("product_id", cup, "expected", "1099", "actual", "1100"));
        assertThat(otherMoney.errorInfo().getMetadataMap())
                .containsEntry("expected_currency", "JPY")
                .containsEntry("actual_currency", "CNY");
        assertThat(stock.available(cup)).isEqualTo(10);
    }

    @Test
    void aRefusedLineUndoesTheLinesBeforeIt() {
        String first = stock.product(10);
        String last = stock.product(0);

        refused(stock.reserve(order(line(first, 1), line(last, 1))), "OUT_OF_STOCK");
        refused(stock.reserve(order(line(last, 1), line(first, 1))), "OUT_OF_STOCK");

        assertThat(stock.available(first)).isEqualTo(10);
        assertThat(stock.reserved(first)).isZero();
    }

    @Test
    void repeatedCallsTakeEffectOnce() {
        String cup = stock.product(10);
        ReservationRequest order = order(line(cup, 3));

        stock.reserve(order);
        assertThat(stock.reserve(order).code()).isEqualTo(Status.Code.OK);
        assertThat(stock.available(cup)).isEqualTo(7);

        stock.release(order);
        assertThat(stock.release(order).code()).isEqualTo(Status.Code.OK);
        assertThat(stock.available(cup)).isEqualTo(10);
        assertThat(stock.reserved(cup)).isZero();
    }

    @Test
    void aReleaseWithoutAReservationDoesNothingAndALateReservationNeither() {
        String cup = stock.product(10);
        ReservationRequest order = order(line(cup, 3));

        assertThat(stock.release(order).code()).isEqualTo(Status.Code.OK);
        assertThat(stock.reserve(order).code()).isEqualTo(Status.Code.OK);

        assertThat(stock.available(cup)).isEqualTo(10);
        assertThat(stock.held(order.getOrderId())).isZero();
    }

    @Test
    void repeatedCallsTakeEffectOnceAlsoAfterTheBarrierWasPurged() {
        String cup = stock.product(10);
        ReservationRequest order = order(line(cup, 3));

        stock.reserve(order);
        stock.forget("action");
        assertThat(stock.reserve(order).code()).isEqualTo(Status.Code.OK);
        assertThat(stock.available(cup)).isEqualTo(7);

        stock.release(order);
        stock.forget("compensate");
        assertThat(stock.release(order).code()).isEqualTo(Status.Code.OK);
        assertThat(stock.available(cup)).isEqualTo(10);

        stock.forget("action");
        stock.forget("compensate");
        assertThat(stock.reserve(order).code()).isEqualTo(Status.Code.OK);
        assertThat(stock.available(cup)).isEqualTo(10);
        assertThat(stock.reserved(cup)).isZero();
    }

    @Test
    void fiftyOrdersForTenPiecesSellExactlyTen() throws Exception {
        String teapot = stock.product(10);
        List<ReservationRequest> orders = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            orders.add(order(line(teapot, 1)));
        }

        List<Answer> answers = allAtOnce(orders);

        assertThat(answers.stream().filter(answer -> answer.status().isOk())).hasSize(10);
        assertThat(answers.stream().filter(answer -> !answer.status().isOk()))
                .hasSize(40)
                .allSatisfy(answer -> refused(answer, "OUT_OF_STOCK"));
        assertThat(stock.available(teapot)).isZero();
        assertThat(stock.reserved(teapot)).isEqualTo(10);
    }

    @Test
    void ordersThatNameTheSameProductsInOppositeOrderDoNotDeadlock() throws Exception {
        String cup = stock.product(1000);
        String tray = stock.product(1000);
        List<ReservationRequest> orders = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            orders.add(i % 2 == 0 ? order(line(cup, 1), line(tray, 1)) : order(line(tray, 1), line(cup, 1)));
        }

        List<Answer> answers = allAtOnce(orders);

        // A deadlock would be answered as UNAVAILABLE.
        assertThat(answers).extracting(Answer::code).containsOnly(Status.Code.OK);
        assertThat(stock.available(cup)).isEqualTo(900);
        assertThat(stock.available(tray)).isEqualTo(900);
        assertThat(stock.reserved(tray)).isEqualTo(100);
    }

    @Test
    void theSchemaItselfForbidsNegativeStock() {
        String cup = stock.product(1);

        assertThatThrownBy(() ->
                        stock.database().update("UPDATE stock SET available = available - 2 WHERE product_id = ?", cup))
                .hasMessageContaining("stock_available_not_negative");
        assertThatThrownBy(() -> stock.database().update("UPDATE stock SET reserved = -1 WHERE product_id = ?", cup))
                .hasMessageContaining("stock_reserved_not_negative");
    }

    static List<ReservationRequest> invalidRequests() {
        ReservationLine line = line("1", 1);
        return List.of(
                ReservationRequest.getDefaultInstance(),
                order(),
                order(line).toBuilder().setOrderId("").build(),
                order(line).toBuilder().setOrderId("with blank ").build(),
                order(line).toBuilder().setOrderId("x".repeat(65)).build(),
                order(line.toBuilder().clearProductId().build()),
                order(line.toBuilder().setQuantity(0).build()),
                order(line.toBuilder().setQuantity(-1).build()),
                order(line.toBuilder().setQuantity(10_000).build()),
                order(line.toBuilder().clearUnitPrice().build()),
                order(priced(line, price -> price.setAmountMinor(-1))),
                order(priced(line, price -> price.setCurrencyCode("cny"))),
                order(priced(line, Money.Builder::clearCurrencyCode)));
    }

    @ParameterizedTest
    @MethodSource("invalidRequests")
    void invalidRequestsAreRefusedByField(ReservationRequest request) {
        for (Answer answer : List.of(
                stock.branch(StockFixture.RESERVE, "action", "invalid", request),
                stock.branch(StockFixture.RELEASE, "compensate", "invalid", request))) {
            assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(answer.errorInfo().getReason()).isEqualTo("INVALID_REQUEST");
            assertThat(answer.violatedFields()).isNotEmpty();
        }
    }

    @Test
    void nonsenseIsTheCallersMistake() {
        assertThat(RawCalls.nonsense(
                        stock.service().channel(),
                        StockBranchesGrpc.getServiceDescriptor(),
                        new BranchContext("place-x", "saga", "02", "action").toMetadata()))
                .hasSize(16)
                .allSatisfy((call, answer) -> assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    void onlyACoordinatorMayCall() {
        String cup = stock.product(1);

        Answer answer = RawCalls.call(stock.service().channel(), StockFixture.RESERVE, order(line(cup, 1)));

        assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.violatedFields()).containsExactly("dtm-gid");
        assertThat(stock.available(cup)).isEqualTo(1);
    }

    private static void refused(Answer answer, String reason) {
        assertThat(answer.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(answer.errorInfo().getReason()).isEqualTo(reason);
        assertThat(answer.errorInfo().getDomain()).isEqualTo("stock.ordersaga");
    }

    private static ReservationLine priced(ReservationLine line, UnaryOperator<Money.Builder> change) {
        return line.toBuilder()
                .setUnitPrice(change.apply(line.getUnitPrice().toBuilder()))
                .build();
    }

    private static List<Answer> allAtOnce(List<ReservationRequest> orders)
            throws InterruptedException, ExecutionException {
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Answer> answer : callers.invokeAll(orders.stream()
                    .map(order -> (Callable<Answer>) () -> decided(order))
                    .toList())) {
                answers.add(answer.get());
            }
        }
        return answers;
    }

    /// Repeats the call while the service is too busy to decide, as the coordinator would.
    private static Answer decided(ReservationRequest order) {
        Answer answer = stock.reserve(order);
        for (int i = 0; i < 100 && answer.code() == Status.Code.RESOURCE_EXHAUSTED; i++) {
            answer = stock.reserve(order);
        }
        return answer;
    }
}
