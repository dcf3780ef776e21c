package io.ordersaga.pay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.Status;
import io.ordersaga.pay.v1.GetOrderPaymentRequest;
import io.ordersaga.pay.v1.GetPaymentRequest;
import io.ordersaga.pay.v1.PayServiceGrpc;
import io.ordersaga.pay.v1.PayServiceGrpc.PayServiceBlockingStub;
import io.ordersaga.pay.v1.Payment;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Looking at payments.
@DatabaseTest
class PayEndpointTest {
    private static PayFixture pay;
    private static PayServiceBlockingStub stub;

    @BeforeAll
    static void start() {
        pay = PayFixture.shared();
        stub = PayServiceGrpc.newBlockingStub(pay.service.channel());
    }

    @Test
    void aPaymentIsShownByItsIdAndByItsOrder() {
        Instant before = Instant.now().minusSeconds(60);
        PaymentRequest order = PayFixture.order(2100);
        pay.create(order);

        Payment payment = stub.getOrderPayment(GetOrderPaymentRequest.newBuilder()
                .setOrderId(order.getOrderId())
                .build());

        assertThat(payment.getPaymentId()).matches("[A-Za-z0-9_-]{1,64}");
        assertThat(payment.getOrderId()).isEqualTo(order.getOrderId());
        assertThat(payment.getUserId()).isEqualTo("u1");
        assertThat(payment.getAmount()).isEqualTo(PayFixture.money(2100));
        assertThat(payment.getState()).isEqualTo(Payment.State.PENDING);
        assertThat(payment.getCreateTime()).isEqualTo(payment.getUpdateTime());
        assertThat(Instant.ofEpochSecond(payment.getCreateTime().getSeconds()))
                .isBetween(before, Instant.now().plusSeconds(60));
        assertThat(stub.getPayment(GetPaymentRequest.newBuilder()
                        .setPaymentId(payment.getPaymentId())
                        .build()))
                .isEqualTo(payment);
    }

    @Test
    void aClosedPaymentIsShownAsClosed() {
        PaymentRequest order = PayFixture.order(2100);
        pay.create(order);
        pay.close(order);

        assertThat(stub.getOrderPayment(GetOrderPaymentRequest.newBuilder()
                                .setOrderId(order.getOrderId())
                                .build())
                        .getState())
                .isEqualTo(Payment.State.CLOSED);
    }

    @Test
    void unknownPaymentsAreNotFound() {
        Answer byId = call(
                "GetPayment",
                GetPaymentRequest.newBuilder().setPaymentId("nothing").build());
        Answer byOrder = call(
                "GetOrderPayment",
                GetOrderPaymentRequest.newBuilder().setOrderId("nothing").build());

        assertThat(byId.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(byId.errorInfo().getReason()).isEqualTo("PAYMENT_NOT_FOUND");
        assertThat(byId.errorInfo().getMetadataMap()).isEqualTo(Map.of("payment_id", "nothing"));
        assertThat(byOrder.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(byOrder.errorInfo().getMetadataMap()).isEqualTo(Map.of("order_id", "nothing"));
    }

    @Test
    void invalidRequestsAreRefused() {
        assertThat(call("GetPayment", GetPaymentRequest.getDefaultInstance()).violatedFields())
                .containsExactly("payment_id");
        assertThat(call("GetOrderPayment", GetOrderPaymentRequest.getDefaultInstance())
                        .violatedFields())
                .containsExactly("order_id");
        assertThat(RawCalls.nonsense(pay.service.channel(), PayServiceGrpc.getServiceDescriptor(), new Metadata()))
                .hasSize(24)
                .allSatisfy((call, answer) -> assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    void readinessIncludesTheDatabase() {
        assertThat(pay.service.manage("/actuator/health/readiness").body()).contains("\"db\":{\"status\":\"UP\"}");
    }

    private static Answer call(String method, Message request) {
        return RawCalls.call(pay.service.channel(), "ordersaga.pay.v1.PayService/" + method, request);
    }
}
