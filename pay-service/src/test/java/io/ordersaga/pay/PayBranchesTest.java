package io.ordersaga.pay;

import static io.ordersaga.pay.PayFixture.money;
import static io.ordersaga.pay.PayFixture.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.ordersaga.pay.v1.PayBranchesGrpc;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.type.v1.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Opening and closing payments as the coordinator asks for it, on the real database.
@DatabaseTest
class PayBranchesTest {
    private static PayFixture pay;

    @BeforeAll
    static void start() {
        pay = PayFixture.shared();
    }

    @Test
    void aPaymentIsOpenedAndClosed() {
        PaymentRequest order = order(2100);

        assertThat(pay.create(order).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.payments(order.getOrderId())).containsExactly("2100, CNY, PENDING");

        assertThat(pay.close(order).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.payments(order.getOrderId())).containsExactly("2100, CNY, CLOSED");
    }

    @Test
    void nothingToPayIsAPaymentToo() {
        PaymentRequest order = order(0);

        assertThat(pay.create(order).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.payments(order.getOrderId())).containsExactly("0, CNY, PAID");
        pay.outboxTurn();
        assertThat(pay.sagas(pay.paymentId(order.getOrderId())))
                .singleElement()
                .satisfies(saga -> assertThat(saga.getSteps())
                        .as("the order, which may yet be rejected, decides first")
                        .matches(".*MarkPaid.*Commit.*Consume.*"));

        assertThat(pay.cancel(order).errorInfo().getReason()).isEqualTo("PAYMENT_ALREADY_PAID");
        assertThat(pay.close(order).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.payments(order.getOrderId())).containsExactly("0, CNY, CLOSED");
    }

    @Test
    void repeatedCallsTakeEffectOnce() {
        PaymentRequest order = order(1);

        pay.create(order);
        assertThat(pay.create(order).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.payments(order.getOrderId())).hasSize(1);
        pay.close(order);
        assertThat(pay.close(order).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.payments(order.getOrderId())).containsExactly("1, CNY, CLOSED");
    }

    @Test
    void repeatedCallsTakeEffectOnceAlsoAfterTheBarrierWasPurged() {
        PaymentRequest order = order(1);

        pay.create(order);
        pay.forget("action");
        assertThat(pay.create(order).code()).isEqualTo(Status.Code.OK);
        pay.close(order);
        pay.forget("compensate");
        assertThat(pay.close(order).code()).isEqualTo(Status.Code.OK);
        pay.forget("action");
        pay.forget("compensate");
        assertThat(pay.create(order).code()).isEqualTo(Status.Code.OK);

        assertThat(pay.payments(order.getOrderId())).containsExactly("1, CNY, CLOSED");
    }

    @Test
    void aCloseWithoutAPaymentDoesNothingAndALateCreateNeither() {
        PaymentRequest order = order(1);

        assertThat(pay.close(order).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.create(order).code()).isEqualTo(Status.Code.OK);

        assertThat(pay.payments(order.getOrderId())).isEmpty();
    }

    @Test
    void anotherPaymentOfTheSameOrderIsRefused() {
        PaymentRequest order = order(100);
        pay.create(order);

        Answer otherAmount = again(order.toBuilder().setAmount(money(101)).build());
        Answer otherMoney = again(order.toBuilder()
                .setAmount(money(100).toBuilder().setCurrencyCode("JPY"))
                .build());
        Answer otherUser = again(order.toBuilder().setUserId("u2").build());

        assertThat(List.of(otherAmount, otherMoney, otherUser)).allSatisfy(answer -> {
            assertThat(answer.code()).isEqualTo(Status.Code.ABORTED);
            assertThat(answer.errorInfo().getReason()).isEqualTo("PAYMENT_CONFLICT");
            assertThat(answer.errorInfo().getDomain()).isEqualTo("pay.ordersaga");
        });
        assertThat(otherAmount.errorInfo().getMetadataMap())
                .containsEntry("order_id", order.getOrderId())
                .containsEntry("expected", "101")
                .containsEntry("actual", "100");
        assertThat(again(order).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.payments(order.getOrderId())).containsExactly("100, CNY, PENDING");
    }

    @Test
    void anOrderNeverHasTwoPaymentsWhoeverAsksAndHoweverOften() throws Exception {
        PaymentRequest order = order(100);
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String gid = "racing-" + i + "-" + order.getOrderId();
            calls.add(() -> pay.branch(PayFixture.CREATE, "action", gid, order));
        }

        List<Answer> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Answer> answer : callers.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }

        assertThat(answers)
                .anySatisfy(answer -> assertThat(answer.status().isOk()).isTrue());
        assertThat(answers).noneSatisfy(answer -> assertThat(answer.code()).isEqualTo(Status.Code.ABORTED));
        assertThat(pay.payments(order.getOrderId())).containsExactly("100, CNY, PENDING");
    }

    @Test
    void theSchemaItselfForbidsNegativeAmounts() {
        PaymentRequest order = order(100);
        pay.create(order);

        assertThatThrownBy(() -> pay.database.update(
                        "UPDATE payment SET amount_minor = -1 WHERE order_id = ?", order.getOrderId()))
                .hasMessageContaining("payment_amount_not_negative");
    }

    static List<PaymentRequest> invalidRequests() {
        PaymentRequest valid = order(100);
        return List.of(
                PaymentRequest.getDefaultInstance(),
                valid.toBuilder().clearOrderId().build(),
                valid.toBuilder().setOrderId("o'1").build(),
                valid.toBuilder().clearUserId().build(),
                valid.toBuilder().clearAmount().build(),
                valid.toBuilder().setAmount(money(-1)).build(),
                valid.toBuilder().setAmount(Money.getDefaultInstance()).build());
    }

    @ParameterizedTest
    @MethodSource("invalidRequests")
    void invalidRequestsAreRefusedByField(PaymentRequest request) {
        for (Answer answer : List.of(
                pay.branch(PayFixture.CREATE, "action", "invalid", request),
                pay.branch(PayFixture.CLOSE, "compensate", "invalid", request))) {
            assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(answer.errorInfo().getReason()).isEqualTo("INVALID_REQUEST");
            assertThat(answer.violatedFields()).isNotEmpty();
        }
    }

    @Test
    void nonsenseIsTheCallersMistake() {
        assertThat(RawCalls.nonsense(
                        pay.service.channel(),
                        PayBranchesGrpc.getServiceDescriptor(),
                        new BranchContext("place-x", "saga", "04", "action").toMetadata()))
                .hasSize(12)
                .allSatisfy((call, answer) -> assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    void onlyACoordinatorMayCall() {
        PaymentRequest order = order(100);

        Answer answer = RawCalls.call(pay.service.channel(), PayFixture.CREATE, order);

        assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.violatedFields()).containsExactly("dtm-gid");
        assertThat(pay.payments(order.getOrderId())).isEmpty();
    }

    /// The same step of another saga, which the barrier does not know.
    private static Answer again(PaymentRequest request) {
        return pay.branch(PayFixture.CREATE, "action", "again-" + request.getOrderId(), request);
    }
}
