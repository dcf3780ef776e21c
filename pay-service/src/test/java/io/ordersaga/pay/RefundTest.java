package io.ordersaga.pay;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.ordersaga.pay.PayFixture.Started;
import io.ordersaga.pay.v1.GetPaymentRefundRequest;
import io.ordersaga.pay.v1.ListPaymentRefundsRequest;
import io.ordersaga.pay.v1.PayServiceGrpc;
import io.ordersaga.pay.v1.PayServiceGrpc.PayServiceBlockingStub;
import io.ordersaga.pay.v1.PaymentRefund;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Refunds as the coordinator asks for them, through the mock provider; `books` as in [PaymentFlowTest].
@DatabaseTest
class RefundTest {
    private static PayFixture pay;

    @BeforeAll
    static void start() {
        pay = PayFixture.shared();
    }

    @Test
    void partsAreRefundedUntilNothingIsLeft() {
        Started paid = paid(1000, "ok");

        assertThat(pay.refund(paid.orderId(), id(), 300).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.books(paid.orderId())).isEqualTo("PARTIALLY_REFUNDED 1000 300 0, 1000 300");
        Answer tooMuch = pay.refund(paid.orderId(), id(), 701);
        assertThat(tooMuch.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(tooMuch.errorInfo().getReason()).isEqualTo("REFUND_EXCEEDS_PAID");
        assertThat(tooMuch.errorInfo().getMetadataMap())
                .containsEntry("requested", "701")
                .containsEntry("available", "700");
        assertThat(pay.refund(paid.orderId(), id(), 700).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.books(paid.orderId())).isEqualTo("REFUNDED 1000 1000 0, 1000 1000");

        assertThat(refunds()
                        .listPaymentRefunds(ListPaymentRefundsRequest.newBuilder()
                                .setPaymentId(paid.paymentId())
                                .build())
                        .getRefundsList())
                .extracting(refund -> refund.getAmount().getAmountMinor())
                .containsExactly(300L, 700L);
    }

    @Test
    void theSameRefundHappensOnceAndAnotherOfItsIdIsRefused() {
        Started paid = paid(1000, "ok");
        String refundId = id();

        pay.refund(paid.orderId(), refundId, 300);
        pay.forget("action");
        assertThat(pay.refund(paid.orderId(), refundId, 300).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.refund(paid.orderId(), refundId, 301).errorInfo().getReason())
                .isEqualTo("REFUND_CONFLICT");

        assertThat(pay.books(paid.orderId())).isEqualTo("PARTIALLY_REFUNDED 1000 300 0, 1000 300");
        PaymentRefund refund = refunds()
                .getPaymentRefund(GetPaymentRefundRequest.newBuilder()
                        .setPaymentId(paid.paymentId())
                        .setRefundId(refundId)
                        .build());
        assertThat(refund.getState()).isEqualTo(PaymentRefund.State.SUCCEEDED);
        assertThat(refund.getReason()).isEqualTo("broken");
    }

    @Test
    void aDeclinedRefundIsRefusedAndSetsNothingAside() {
        Started paid = paid(1000, "decline");
        String refundId = id();

        Answer answer = pay.refund(paid.orderId(), refundId, 300);
        assertThat(answer.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(answer.errorInfo().getReason()).isEqualTo("PAYMENT_REFUND_DECLINED");
        assertThat(pay.refund(paid.orderId(), refundId, 300).errorInfo().getReason())
                .as("asked again")
                .isEqualTo("PAYMENT_REFUND_DECLINED");
        assertThat(pay.books(paid.orderId())).isEqualTo("PAID 1000 0 0, 1000 0");
    }

    @Test
    void anUndecidedRefundIsAskedForAgainAndSetAsideMeanwhile() {
        Started paid = paid(1000, "delay");
        String refundId = id();

        assertThat(pay.refund(paid.orderId(), refundId, 600).code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(pay.books(paid.orderId())).isEqualTo("PAID 1000 0 600, 1000 600");
        assertThat(pay.refund(paid.orderId(), id(), 600).errorInfo().getReason())
                .isEqualTo("REFUND_EXCEEDS_PAID");

        pay.mockTurn();
        assertThat(pay.books(paid.orderId()))
                .as("told by a notice")
                .isEqualTo("PARTIALLY_REFUNDED 1000 600 0, 1000 600");
        assertThat(pay.refund(paid.orderId(), refundId, 600).code()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aRefundWhoseCallerDiedIsFinishedByTheJob() {
        Started paid = paid(1000, "ok");
        Started down = paid(1, "ok");
        pay.pay(down, "script=outage&seconds=600");
        assertThat(pay.refund(paid.orderId(), id(), 300).code()).isEqualTo(Status.Code.UNAVAILABLE);
        pay.pay(down, "script=outage&seconds=0");
        assertThat(pay.books(paid.orderId())).isEqualTo("PAID 1000 0 300, 1000 0");

        pay.checkTurn(paid.paymentId());

        assertThat(pay.books(paid.orderId())).isEqualTo("PARTIALLY_REFUNDED 1000 300 0, 1000 300");
    }

    @Test
    void nothingIsRefundedOfWhatWasNotPaid() {
        PaymentRequest unpaid = PayFixture.order(1000);
        pay.create(unpaid);
        PaymentRequest nothing = PayFixture.order(0);
        pay.create(nothing);

        assertThat(pay.refund(unpaid.getOrderId(), id(), 1).errorInfo().getReason())
                .isEqualTo("REFUND_EXCEEDS_PAID");
        assertThat(pay.refund("no-such-order", id(), 1).errorInfo().getReason()).isEqualTo("REFUND_EXCEEDS_PAID");
        assertThat(pay.refund(nothing.getOrderId(), id(), 0).code())
                .as("an order that cost nothing")
                .isEqualTo(Status.Code.OK);
        assertThat(pay.books(nothing.getOrderId())).isEqualTo("REFUNDED 0 0 0, unknown");
    }

    @Test
    void aRefundOfAnotherPaymentIsNotFound() {
        Started paid = paid(1000, "ok");
        Started other = paid(1000, "ok");
        String refundId = id();
        pay.refund(paid.orderId(), refundId, 300);

        Answer answer = RawCalls.call(
                pay.service.channel(),
                "ordersaga.pay.v1.PayService/GetPaymentRefund",
                GetPaymentRefundRequest.newBuilder()
                        .setPaymentId(other.paymentId())
                        .setRefundId(refundId)
                        .build());

        assertThat(answer.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(answer.errorInfo().getReason()).isEqualTo("REFUND_NOT_FOUND");
    }

    private static Started paid(long amount, String refunds) {
        Started started = pay.started(amount);
        pay.pay(started, "script=success&refund=" + refunds);
        pay.mockTurn();
        return started;
    }

    private static PayServiceBlockingStub refunds() {
        return PayServiceGrpc.newBlockingStub(pay.service.channel());
    }

    private static String id() {
        return "r-" + UUID.randomUUID();
    }
}
