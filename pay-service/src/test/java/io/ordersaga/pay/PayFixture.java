package io.ordersaga.pay;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.Status;
import io.ordersaga.pay.mock.MockTurn;
import io.ordersaga.pay.provider.WebhookSignature;
import io.ordersaga.pay.stripe.ScriptedHttp;
import io.ordersaga.pay.v1.GetOrderPaymentRequest;
import io.ordersaga.pay.v1.PayServiceGrpc;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.pay.v1.ReceiveWebhookRequest;
import io.ordersaga.pay.v1.RefundPaymentRequest;
import io.ordersaga.pay.v1.StartPaymentRequest;
import io.ordersaga.pay.v1.StartPaymentResponse;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The running service with the mock provider, and everyone that it talks to: a scripted coordinator, a
/// scripted Stripe, and a stand-in for the gateway that passes the mock's notices on. There is one for
/// the whole JVM; each test pays for orders of its own. Jobs have no turns of their own here, tests give
/// them.
final class PayFixture {
    static final String CREATE = "ordersaga.pay.v1.PayBranches/Create";
    static final String CLOSE = "ordersaga.pay.v1.PayBranches/Close";
    static final String REFUND = "ordersaga.pay.v1.PayBranches/Refund";
    static final String RECEIVE = "ordersaga.pay.v1.PayWebhooks/Receive";
    static final String SUBMIT = "dtmgimp.Dtm/Submit";
    static final String SECRET = "old-and-new-secrets-are-believed";
    static final String STRIPE_SECRET = "whsec_test";

    private static final class Holder {
        private static final PayFixture FIXTURE = new PayFixture();
    }

    final TestDatabase database = TestDatabase.create("pay");
    final ScriptedParticipant coordinator = ScriptedParticipant.start();
    final ScriptedHttp stripe = new ScriptedHttp();
    final RunningService service;
    private final HttpServer gateway;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ReceiveWebhookRequest> notices = new CopyOnWriteArrayList<>();
    private volatile boolean gatewayUp = true;

    private PayFixture() {
        try {
            gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> settings = new HashMap<>(RunningService.settings(database));
        settings.put("ordersaga.identity.anonymous-roles", "staff");
        settings.put("ordersaga.pay.coordinator", "static://127.0.0.1:" + coordinator.port());
        settings.put("ordersaga.pay.branches.order", "o:1");
        settings.put("ordersaga.pay.branches.stock", "s:2");
        settings.put("ordersaga.pay.branches.coupon", "c:3");
        settings.put("ordersaga.pay.outbox.interval", "1h");
        settings.put("ordersaga.pay.checks.interval", "1h");
        settings.put("ordersaga.pay.mock.enabled", "true");
        settings.put("ordersaga.pay.mock.port", "0");
        settings.put("ordersaga.pay.mock.interval", "1h");
        settings.put("ordersaga.pay.mock.secrets", SECRET + ",another-secret");
        settings.put(
                "ordersaga.pay.mock.webhook-url",
                "http://127.0.0.1:" + gateway.getAddress().getPort() + "/");
        settings.put("ordersaga.pay.stripe.url", stripe.url());
        settings.put("ordersaga.pay.stripe.secret-key", "sk_test_123");
        settings.put("ordersaga.pay.stripe.webhook-secrets", STRIPE_SECRET);
        settings.put("ordersaga.pay.calls.deadline", "2s");
        service = RunningService.start(PayServiceApp.class, settings);
        gateway.createContext("/", this::passOn);
        gateway.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        gateway.start();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            service.close();
            gateway.stop(0);
            stripe.close();
            coordinator.close();
        }));
    }

    static PayFixture shared() {
        return Holder.FIXTURE;
    }

    /// Amount and state of each payment of an order.
    List<String> payments(String orderId) {
        return database.rows("SELECT amount_minor, currency, state FROM payment WHERE order_id = ?", orderId);
    }

    /// State, captured, refunded and refunding of an order's payment, and what the mock's ledger says
    /// about it: captured and refunded.
    String books(String orderId) {
        return String.join(" | ", database.rows("""
                SELECT CONCAT(p.state, ' ', p.captured_minor, ' ', p.refunded_minor, ' ', p.refunding_minor),
                       COALESCE(CONCAT(m.captured_minor, ' ', m.refunded_minor), 'unknown')
                FROM payment p
                LEFT JOIN mock_payment m ON m.payment_id = p.payment_id
                WHERE p.order_id = ?
                """, orderId));
    }

    /// Forgets that an operation was done, as a purge of the barrier does one day.
    void forget(String op) {
        database.update("DELETE FROM barrier WHERE op = ?", op);
    }

    Answer create(PaymentRequest request) {
        return branch(CREATE, "action", "place-" + request.getOrderId(), request);
    }

    /// Undoes the placement.
    Answer close(PaymentRequest request) {
        return branch(CLOSE, "compensate", "place-" + request.getOrderId(), request);
    }

    /// The pivot of a cancellation.
    Answer cancel(PaymentRequest request) {
        return branch(CLOSE, "action", "cancel-" + request.getOrderId(), request);
    }

    Answer refund(String orderId, String refundId, long amount) {
        return branch(
                REFUND,
                "action",
                "refund-" + refundId,
                RefundPaymentRequest.newBuilder()
                        .setOrderId(orderId)
                        .setRefundId(refundId)
                        .setAmount(money(amount))
                        .setReason("broken")
                        .build());
    }

    /// Calls as the coordinator does.
    Answer branch(String method, String op, String gid, Message request) {
        return RawCalls.call(
                service.channel(),
                method,
                new BranchContext(gid, "saga", "04", op).toMetadata(),
                List.of(request.toByteArray()));
    }

    /// Opens the payment of a new order and begins to pay it.
    Started started(long amount) {
        PaymentRequest order = order(amount);
        create(order);
        String paymentId = paymentId(order.getOrderId());
        StartPaymentResponse response = PayServiceGrpc.newBlockingStub(service.channel())
                .startPayment(
                        StartPaymentRequest.newBuilder().setPaymentId(paymentId).build());
        return new Started(order, paymentId, response.getRedirectUrl());
    }

    /// @param page where the customer pays
    record Started(PaymentRequest order, String paymentId, String page) {
        String orderId() {
            return order.getOrderId();
        }
    }

    String paymentId(String orderId) {
        return PayServiceGrpc.newBlockingStub(service.channel())
                .getOrderPayment(
                        GetOrderPaymentRequest.newBuilder().setOrderId(orderId).build())
                .getPaymentId();
    }

    /// The customer fills in the form of the mock's page.
    HttpResponse<String> pay(Started started, String form) {
        return send(HttpRequest.newBuilder(URI.create(started.page()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The mock does what is due, which is everything that it planned for later.
    void mockTurn() {
        database.update("UPDATE mock_payment SET capture_time = UTC_TIMESTAMP(3) WHERE capture_time IS NOT NULL");
        database.update("UPDATE mock_refund SET settle_time = UTC_TIMESTAMP(3) WHERE settle_time IS NOT NULL");
        MockTurn.take(service);
        database.update("UPDATE mock_notice SET due_time = UTC_TIMESTAMP(3) WHERE due_time IS NOT NULL");
        MockTurn.take(service);
    }

    /// We ask the provider about the payment and its refunds, whenever we meant to.
    void checkTurn(String paymentId) {
        database.update("UPDATE payment SET next_check_time = NULL WHERE payment_id <> ?", paymentId);
        database.update("UPDATE payment SET next_check_time = UTC_TIMESTAMP(3) WHERE next_check_time IS NOT NULL");
        database.update("UPDATE refund SET next_check_time = NULL WHERE payment_id <> ?", paymentId);
        database.update("UPDATE refund SET next_check_time = UTC_TIMESTAMP(3) WHERE next_check_time IS NOT NULL");
        service.bean(Reconciliation.class).run();
    }

    /// We hand over the sagas that wait, whenever we meant to.
    void outboxTurn() {
        database.update("UPDATE saga_outbox SET due_time = UTC_TIMESTAMP(3) WHERE due_time IS NOT NULL");
        service.bean(PaidSaga.class).run();
    }

    /// The sagas of this payment that the coordinator was asked to run.
    List<DtmRequest> sagas(String paymentId) {
        return coordinator.calls().stream()
                .filter(call -> call.method().equals(SUBMIT))
                .map(call -> {
                    try {
                        return DtmRequest.parseFrom(call.payload());
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .filter(saga -> saga.getGid().equals("paid-" + paymentId))
                .toList();
    }

    /// The notices that the stand-in passed on about this payment, as the service got them.
    List<ReceiveWebhookRequest> noticesAbout(String paymentId) {
        return notices.stream()
                .filter(notice -> notice.getBody().toStringUtf8().contains("\"" + paymentId + "\""))
                .toList();
    }

    void gateway(boolean up) {
        gatewayUp = up;
    }

    Answer receive(ReceiveWebhookRequest notice) {
        return RawCalls.call(service.channel(), RECEIVE, notice);
    }

    static ReceiveWebhookRequest notice(String provider, String header, String signature, byte[] body) {
        return ReceiveWebhookRequest.newBuilder()
                .setProvider(provider)
                .setBody(ByteString.copyFrom(body))
                .putHeaders(header, signature)
                .build();
    }

    static String signature(String secret, byte[] body, Instant at) {
        return new WebhookSignature(List.of(secret), Duration.ofMinutes(5)).sign(body, at);
    }

    /// Runs all at the same time.
    static <T> List<T> together(List<Callable<T>> deeds) throws Exception {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> result : threads.invokeAll(deeds)) {
                results.add(result.get());
            }
        }
        return results;
    }

    /// A new order of user `u1`.
    static PaymentRequest order(long amount) {
        return PaymentRequest.newBuilder()
                .setOrderId("o-" + UUID.randomUUID())
                .setUserId("u1")
                .setAmount(money(amount))
                .build();
    }

    static Money money(long amount) {
        return Money.newBuilder().setCurrencyCode("CNY").setAmountMinor(amount).build();
    }

    private void passOn(HttpExchange exchange) throws IOException {
        try (exchange) {
            ReceiveWebhookRequest notice = notice(
                    "mock",
                    "Mock-Signature",
                    exchange.getRequestHeaders().getFirst("mock-signature"),
                    exchange.getRequestBody().readAllBytes());
            int code = 503;
            if (gatewayUp) {
                notices.add(notice);
                code = receive(notice).code() == Status.Code.OK ? 200 : 400;
            }
            exchange.sendResponseHeaders(code, -1);
        }
    }
}
