package io.ordersaga.pay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.Status;
import io.ordersaga.kit.IdentityInterceptor;
import io.ordersaga.pay.v1.GetOrderPaymentRequest;
import io.ordersaga.pay.v1.GetPaymentRequest;
import io.ordersaga.pay.v1.ListPaymentsRequest;
import io.ordersaga.pay.v1.ListPaymentsResponse;
import io.ordersaga.pay.v1.PayServiceGrpc;
import io.ordersaga.pay.v1.PayServiceGrpc.PayServiceBlockingStub;
import io.ordersaga.pay.v1.Payment;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

    @Test
    void customersSeeTheirOwnPaymentsAndStaffEveryones() {
        PaymentRequest own = PayFixture.order(2100).toBuilder()
                .setUserId("list-" + UUID.randomUUID())
                .build();
        pay.create(own);
        GetPaymentRequest request = GetPaymentRequest.newBuilder()
                .setPaymentId(pay.paymentId(own.getOrderId()))
                .build();

        assertThat(as(own.getUserId(), "customer", "GetPayment", request).code())
                .isEqualTo(Status.Code.OK);
        Answer other = as("somebody-else", "customer", "GetPayment", request);
        assertThat(other.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(other.errorInfo().getReason()).isEqualTo("PAYMENT_NOT_FOUND");
        assertThat(as("somebody-else", "staff", "GetPayment", request).code()).isEqualTo(Status.Code.OK);
        for (String method : List.of("StartPayment", "ListPaymentRefunds")) {
            assertThat(as("somebody-else", "customer", method, request).code())
                    .as(method)
                    .isEqualTo(Status.Code.NOT_FOUND);
        }
        assertThat(as("", "customer", "GetPayment", request).code()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(as(
                                own.getUserId(),
                                "customer",
                                "ListPayments",
                                ListPaymentsRequest.newBuilder()
                                        .setFilter("user_id = \"somebody-else\"")
                                        .build())
                        .violatedFields())
                .containsExactly("filter");
    }

    @Test
    void listsArePagedTheNewestFirst() {
        String user = "list-" + UUID.randomUUID();
        List<String> orders = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            PaymentRequest order = PayFixture.order(i == 0 ? 0 : 100).toBuilder()
                    .setUserId(user)
                    .build();
            pay.create(order);
            orders.addFirst(order.getOrderId());
        }
        // Two of the same instant are told apart by their id.
        pay.database.update("UPDATE payment SET create_time = '2026-01-01 00:00:00' WHERE user_id = ?", user);
        ListPaymentsRequest.Builder request = ListPaymentsRequest.newBuilder()
                .setFilter("user_id = \"" + user + "\"")
                .setPageSize(2);

        List<String> found = new ArrayList<>();
        ListPaymentsResponse page;
        do {
            page = stub.listPayments(request.build());
            page.getPaymentsList().forEach(payment -> found.add(payment.getOrderId()));
            request.setPageToken(page.getNextPageToken());
        } while (!page.getNextPageToken().isEmpty());

        assertThat(found).containsExactlyInAnyOrderElementsOf(orders);
        request.clearPageToken().setFilter("state = \"PAID\" AND user_id = \"" + user + "\"");
        assertThat(stub.listPayments(request.build()).getPaymentsList())
                .extracting(Payment::getOrderId)
                .containsExactly(orders.getLast());
        request.setFilter("user_id = \"" + user + "\" AND create_time >= \"2026-01-01T00:00:01Z\"");
        assertThat(stub.listPayments(request.build()).getPaymentsList()).isEmpty();
    }

    @Test
    void listsThatCannotBeUnderstoodAreRefusedByField() {
        for (String filter : List.of(
                "x",
                "state = PAID",
                "state = \"OPEN\"",
                "amount = \"1\"",
                "state = \"PAID\" OR state = \"CLOSED\"",
                "state = \"PAID\" AND state = \"PAID\"",
                "create_time < \"yesterday\"",
                "user_id = \"'; DROP TABLE payment\" AND")) {
            assertThat(call(
                                    "ListPayments",
                                    ListPaymentsRequest.newBuilder()
                                            .setFilter(filter)
                                            .build())
                            .violatedFields())
                    .as(filter)
                    .containsExactly("filter");
        }
        for (String token : List.of("x", "!!!", "MXwxfGF8MA")) {
            assertThat(call(
                                    "ListPayments",
                                    ListPaymentsRequest.newBuilder()
                                            .setPageToken(token)
                                            .build())
                            .violatedFields())
                    .as(token)
                    .containsExactly("page_token");
        }
        assertThat(call(
                                "ListPayments",
                                ListPaymentsRequest.newBuilder().setPageSize(-1).build())
                        .violatedFields())
                .containsExactly("page_size");
    }

    private static Answer as(String userId, String roles, String method, Message request) {
        Metadata metadata = new Metadata();
        if (!userId.isEmpty()) {
            metadata.put(IdentityInterceptor.USER_ID, userId);
        }
        metadata.put(IdentityInterceptor.USER_ROLES, roles);
        return RawCalls.call(
                pay.service.channel(),
                "ordersaga.pay.v1.PayService/" + method,
                metadata,
                List.of(request.toByteArray()));
    }

    private static Answer call(String method, Message request) {
        return RawCalls.call(pay.service.channel(), "ordersaga.pay.v1.PayService/" + method, request);
    }
}
