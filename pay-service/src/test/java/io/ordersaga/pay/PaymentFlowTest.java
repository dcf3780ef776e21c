package io.ordersaga.pay;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.ordersaga.pay.PayFixture.Started;
import io.ordersaga.pay.mock.MockTurn;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.pay.v1.StartPaymentRequest;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Customers pay at the mock provider, in every way that its page offers, on the real database and over
/// HTTP. `books` is the payment's state with captured, refunded and refunding, and the captured and
/// refunded of the mock's ledger.
@DatabaseTest
class PaymentFlowTest {
    private static PayFixture pay;

    @BeforeAll
    static void start() {
        pay = PayFixture.shared();
    }

    @Test
    void aPaidPaymentIsFollowedByItsSaga() {
        Started started = pay.started(2100);

        HttpResponse<String> answer = pay.pay(started, "script=success");
        assertThat(answer.statusCode()).isEqualTo(303);
        pay.mockTurn();

        assertThat(pay.books(started.orderId())).isEqualTo("PAID 2100 0 0, 2100 0");
        assertThat(attempts(started)).containsExactly("1, SUCCEEDED, ");
        pay.outboxTurn();
        DtmRequest saga = pay.sagas(started.paymentId()).getFirst();
        assertThat(saga.getSteps())
                .isEqualTo("[{\"action\":\"s:2/ordersaga.stock.v1.StockBranches/Commit\",\"compensate\":\"\"},"
                        + "{\"action\":\"c:3/ordersaga.coupon.v1.CouponBranches/Consume\",\"compensate\":\"\"},"
                        + "{\"action\":\"o:1/ordersaga.order.v1.OrderBranches/MarkPaid\",\"compensate\":\"\"}]");
        assertThat(saga.getTransOptions().getBranchHeadersMap()).containsEntry("saga-definition", "paid/1");
        assertThat(saga.getBinPayloadsList())
                .allSatisfy(payload -> assertThat(payload.toStringUtf8()).contains(started.orderId()));
        pay.outboxTurn();
        assertThat(pay.sagas(started.paymentId())).as("handed over once").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"duplicate,3", "out_of_order,2", "success,1", "outage&seconds=0,1"})
    void howeverItIsToldTheMoneyIsTakenOnce(String script, int notices) {
        Started started = pay.started(700);

        pay.pay(started, "script=" + script);
        pay.mockTurn();

        assertThat(pay.noticesAbout(started.paymentId())).hasSize(notices);
        assertThat(pay.books(started.orderId())).isEqualTo("PAID 700 0 0, 700 0");
        assertThat(sagasWaiting(started)).hasSize(1);
    }

    @Test
    void whatIsOverForLongIsForgotten() {
        Started old = pay.started(700);
        Started young = pay.started(700);
        for (Started started : List.of(old, young)) {
            pay.pay(started, "script=success");
        }
        pay.mockTurn();
        String longAgo = "2020-01-01 00:00:00";
        String paymentId = old.paymentId();
        pay.database.update(
                "UPDATE saga_outbox SET due_time = NULL, accept_time = ? WHERE payment_id = ?", longAgo, paymentId);
        pay.database.update("UPDATE mock_payment SET update_time = ? WHERE payment_id = ?", longAgo, paymentId);
        pay.database.update(
                "UPDATE mock_notice SET due_time = NULL, create_time = ? WHERE body LIKE ?",
                longAgo,
                "%" + paymentId + "%");

        pay.service.bean(PaidSaga.class).forget();
        MockTurn.forget(pay.service);

        assertThat(kept(old)).isEqualTo("0 0 0");
        assertThat(kept(young)).isEqualTo("1 1 1");
    }

    @Test
    void aDeclineMayBeFollowedByAnotherAttempt() {
        Started started = pay.started(700);

        pay.pay(started, "script=decline");
        pay.mockTurn();
        assertThat(pay.books(started.orderId())).isEqualTo("PENDING 0 0 0, 0 0");
        assertThat(attempts(started)).containsExactly("1, FAILED, card_declined");

        Answer again = startPayment(started.paymentId());
        assertThat(again.code()).isEqualTo(Status.Code.OK);
        pay.pay(started, "script=success");
        pay.mockTurn();
        assertThat(pay.books(started.orderId())).isEqualTo("PAID 700 0 0, 700 0");
        assertThat(attempts(started)).containsExactly("1, FAILED, card_declined", "2, SUCCEEDED, ");
        assertThat(startPayment(started.paymentId()).errorInfo().getReason()).isEqualTo("PAYMENT_ALREADY_PAID");
    }

    @Test
    void whatIsBeingProcessedIsNotClosedAndPaidInTheEnd() {
        Started started = pay.started(700);

        pay.pay(started, "script=delay&seconds=600");
        MockTurn.take(pay.service);
        assertThat(pay.books(started.orderId())).isEqualTo("PROCESSING 0 0 0, 0 0");
        Answer cancel = pay.cancel(started.order());
        assertThat(cancel.code()).as("ask again").isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(startPayment(started.paymentId()).errorInfo().getReason()).isEqualTo("PAYMENT_PROCESSING");

        pay.mockTurn();
        assertThat(pay.books(started.orderId())).isEqualTo("PAID 700 0 0, 700 0");
        assertThat(pay.cancel(started.order()).errorInfo().getReason()).isEqualTo("PAYMENT_ALREADY_PAID");
    }

    @Test
    void aLostNoticeIsAskedFor() {
        Started started = pay.started(700);

        pay.pay(started, "script=lost");
        pay.mockTurn();
        assertThat(pay.books(started.orderId())).isEqualTo("PENDING 0 0 0, 700 0");

        pay.checkTurn(started.paymentId());
        assertThat(pay.books(started.orderId())).isEqualTo("PAID 700 0 0, 700 0");
        assertThat(sagasWaiting(started)).hasSize(1);
    }

    @Test
    void aWrongAmountChangesNothingAndRaisesAnAlertAndTheTruthIsAskedFor() {
        Started started = pay.started(700);
        double before = pay.service.bean(Alerts.class).count(Alerts.Kind.WRONG_AMOUNT);

        pay.pay(started, "script=wrong_amount");
        pay.mockTurn();

        assertThat(pay.books(started.orderId())).isEqualTo("PENDING 0 0 0, 700 0");
        assertThat(events(started)).containsExactly("1, WRONG_AMOUNT");
        assertThat(pay.service.bean(Alerts.class).count(Alerts.Kind.WRONG_AMOUNT))
                .isGreaterThan(before);

        pay.checkTurn(started.paymentId());
        assertThat(pay.books(started.orderId())).isEqualTo("PAID 700 0 0, 700 0");
    }

    @Test
    void moneyThatComesAfterTheCancellationGoesBackByItself() {
        Started started = pay.started(700);
        double before = pay.service.bean(Alerts.class).count(Alerts.Kind.LATE_PAYMENT);

        pay.pay(started, "script=late&seconds=600");
        assertThat(pay.cancel(started.order()).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.books(started.orderId())).isEqualTo("CLOSED 0 0 0, 0 0");
        assertThat(attempts(started)).containsExactly("1, CANCELED, ");
        pay.mockTurn();

        assertThat(pay.books(started.orderId())).isEqualTo("CLOSED 700 0 700, 700 0");
        assertThat(pay.service.bean(Alerts.class).count(Alerts.Kind.LATE_PAYMENT))
                .isEqualTo(before + 1);
        pay.checkTurn(started.paymentId());
        assertThat(pay.books(started.orderId())).isEqualTo("CLOSED 700 700 0, 700 700");
        assertThat(pay.database.rows("SELECT reason, state FROM refund WHERE payment_id = ?", started.paymentId()))
                .containsExactly("LATE_PAYMENT, SUCCEEDED");
        assertThat(sagasWaiting(started)).as("nothing follows it").isEmpty();
    }

    @Test
    void lateMoneyOfWhichNobodyTellsIsFoundToo() {
        Started started = pay.started(700);
        pay.pay(started, "script=late&seconds=600");
        pay.cancel(started.order());
        pay.gateway(false);
        pay.mockTurn();
        pay.gateway(true);
        assertThat(pay.books(started.orderId())).isEqualTo("CLOSED 0 0 0, 700 0");

        pay.checkTurn(started.paymentId());
        pay.checkTurn(started.paymentId());
        assertThat(pay.books(started.orderId())).isEqualTo("CLOSED 700 700 0, 700 700");
    }

    @Test
    void theProviderIsAskedBeforeAnythingIsClosed() {
        Started unpaid = pay.started(700);
        Started paid = pay.started(700);
        pay.pay(paid, "script=lost");

        assertThat(pay.cancel(unpaid.order()).code()).isEqualTo(Status.Code.OK);
        Answer tooLate = pay.cancel(paid.order());

        assertThat(pay.books(unpaid.orderId())).isEqualTo("CLOSED 0 0 0, 0 0");
        assertThat(pay.database.rows("SELECT status FROM mock_payment WHERE payment_id = ?", unpaid.paymentId()))
                .containsExactly("CANCELED");
        assertThat(startPayment(unpaid.paymentId()).errorInfo().getReason()).isEqualTo("PAYMENT_CLOSED");
        assertThat(tooLate.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(tooLate.errorInfo().getReason()).isEqualTo("PAYMENT_ALREADY_PAID");
        assertThat(pay.books(paid.orderId())).isEqualTo("PAID 700 0 0, 700 0");
        assertThat(sagasWaiting(paid)).hasSize(1);
    }

    @Test
    void whatCannotBeAskedIsNotClosed() {
        Started started = pay.started(700);
        Started other = pay.started(1);

        pay.pay(other, "script=outage&seconds=600");
        Answer down = pay.cancel(started.order());
        Answer start = startPayment(pay.paymentId(opened(5).getOrderId()));
        pay.pay(other, "script=outage&seconds=0");

        assertThat(down.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(down.errorInfo().getReason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(start.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(pay.books(started.orderId())).isEqualTo("PENDING 0 0 0, 0 0");
        assertThat(pay.cancel(started.order()).code()).isEqualTo(Status.Code.OK);
        pay.mockTurn();
    }

    @Test
    void whoeverDiesBetweenCountingAndOpeningIsTakenOver() {
        PaymentRequest order = opened(700);
        PaymentRequest another = opened(700);
        for (PaymentRequest begun : List.of(order, another)) {
            pay.database.update(
                    "UPDATE payment SET attempt_count = 1, next_check_time = UTC_TIMESTAMP(3) WHERE order_id = ?",
                    begun.getOrderId());
        }

        pay.checkTurn(pay.paymentId(order.getOrderId()));
        assertThat(pay.books(order.getOrderId())).isEqualTo("PENDING 0 0 0, 0 0");
        assertThat(pay.cancel(another).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.books(another.getOrderId())).as("opened to be closed").isEqualTo("CLOSED 0 0 0, 0 0");
    }

    @Test
    void anUndonePlacementGivesBackWhatWasPaid() {
        Started started = pay.started(700);
        pay.pay(started, "script=success");
        pay.mockTurn();

        assertThat(pay.close(started.order()).code()).isEqualTo(Status.Code.OK);
        pay.checkTurn(started.paymentId());

        assertThat(pay.books(started.orderId())).isEqualTo("REFUNDED 700 700 0, 700 700");
    }

    @Test
    void theTimeToPayIsOverByTheDatabasesClock() {
        PaymentRequest order = PayFixture.order(700).toBuilder()
                .setExpireTime(com.google.protobuf.Timestamp.newBuilder().setSeconds(1))
                .build();
        pay.create(order);

        Answer answer = startPayment(pay.paymentId(order.getOrderId()));

        assertThat(answer.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(answer.errorInfo().getReason()).isEqualTo("PAYMENT_EXPIRED");
        assertThat(pay.books(order.getOrderId())).isEqualTo("PENDING 0 0 0, unknown");
    }

    @Test
    void attemptsAreCountedUpToALimit() {
        Started started = pay.started(700);
        for (int i = 2; i <= 20; i++) {
            pay.database.update(
                    "UPDATE payment_attempt SET state = 'FAILED' WHERE payment_id = ?", started.paymentId());
            assertThat(startPayment(started.paymentId()).code()).isEqualTo(Status.Code.OK);
        }
        pay.database.update("UPDATE payment_attempt SET state = 'FAILED' WHERE payment_id = ?", started.paymentId());

        assertThat(startPayment(started.paymentId()).errorInfo().getReason()).isEqualTo("PAYMENT_ATTEMPTS_EXHAUSTED");
        assertThat(attempts(started)).hasSize(20);
    }

    @Test
    void sagasAreHandedOverUntilTheCoordinatorHasThem() {
        Started started = pay.started(700);
        pay.pay(started, "script=success");
        pay.mockTurn();
        pay.coordinator.next(PayFixture.SUBMIT, Status.UNAVAILABLE);

        pay.outboxTurn();
        assertThat(sagasWaiting(started)).hasSize(1);
        pay.coordinator.next(PayFixture.SUBMIT, Status.ABORTED.withDescription("not allowed"));
        pay.outboxTurn();
        assertThat(sagasWaiting(started)).hasSize(1);
        pay.coordinator.next(
                PayFixture.SUBMIT, Status.ABORTED.withDescription("current status 'succeed', cannot sumbmit. FAILURE"));
        pay.outboxTurn();
        assertThat(sagasWaiting(started)).isEmpty();
        assertThat(pay.sagas(started.paymentId()))
                .hasSize(3)
                .satisfies(sagas ->
                        assertThat(sagas.get(0)).as("the same every time").isEqualTo(sagas.get(1)));
    }

    @Test
    void thePageIsAFormAndLoadsNothingFromElsewhere() {
        Started started = pay.started(123_456);

        HttpResponse<String> page = pay.send(HttpRequest.newBuilder(URI.create(started.page())));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("CNY 1234.56", "<html lang=\"en\">", "<legend>", "type=\"submit\"", started.paymentId())
                .doesNotContain("http://", "https://", "<script", "src=");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'");
        pay.pay(started, "script=lost");
        assertThat(pay.send(HttpRequest.newBuilder(URI.create(started.page()))).body())
                .contains("Paid.")
                .doesNotContain("<form");
        assertThat(pay.pay(started, "script=nonsense").statusCode()).isEqualTo(400);
        assertThat(pay.send(HttpRequest.newBuilder(URI.create(started.page() + "x")))
                        .statusCode())
                .isEqualTo(404);
    }

    private static PaymentRequest opened(long amount) {
        PaymentRequest order = PayFixture.order(amount);
        pay.create(order);
        return order;
    }

    private static Answer startPayment(String paymentId) {
        return RawCalls.call(
                pay.service.channel(),
                "ordersaga.pay.v1.PayService/StartPayment",
                new Metadata(),
                List.of(StartPaymentRequest.newBuilder()
                        .setPaymentId(paymentId)
                        .build()
                        .toByteArray()));
    }

    private static List<String> attempts(Started started) {
        return pay.database.rows(
                "SELECT number, state, failure FROM payment_attempt WHERE payment_id = ? ORDER BY number",
                started.paymentId());
    }

    private static List<String> events(Started started) {
        return pay.database.rows(
                "SELECT signature_ok + 0, outcome FROM provider_event WHERE payment_id = ?", started.paymentId());
    }

    private static String kept(Started started) {
        String id = started.paymentId();
        return pay.database
                        .rows("SELECT COUNT(*) FROM saga_outbox WHERE payment_id = ?", id)
                        .getFirst()
                + " "
                + pay.database
                        .rows("SELECT COUNT(*) FROM mock_payment WHERE payment_id = ?", id)
                        .getFirst()
                + " "
                + pay.database
                        .rows("SELECT COUNT(*) FROM mock_notice WHERE body LIKE ?", "%" + id + "%")
                        .getFirst();
    }

    private static List<String> sagasWaiting(Started started) {
        return pay.database.rows(
                "SELECT gid FROM saga_outbox WHERE payment_id = ? AND accept_time IS NULL", started.paymentId());
    }
}
