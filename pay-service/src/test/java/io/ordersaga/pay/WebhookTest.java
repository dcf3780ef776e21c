package io.ordersaga.pay;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.ordersaga.pay.PayFixture.Started;
import io.ordersaga.pay.stripe.StripeShapes;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Notices that are not what they should be: refused, filed with their outcome, and nothing else
/// changes.
@DatabaseTest
class WebhookTest {
    private static PayFixture pay;

    @BeforeAll
    static void start() {
        pay = PayFixture.shared();
    }

    @Test
    void aNoticeThatIsNotSignedWithOneOfTheSecretsIsRefused() {
        Started started = pay.started(700);
        byte[] body = succeeded(started, "me-" + UUID.randomUUID(), 700);

        Answer forged = receive(body, PayFixture.signature("guessed", body, Instant.now()));
        Answer tampered =
                receive(succeeded(started, "me-1", 701), PayFixture.signature(PayFixture.SECRET, body, Instant.now()));
        Answer unsigned = pay.receive(PayFixture.notice("mock", "other-header", "x", body));

        assertThat(List.of(forged, tampered, unsigned)).allSatisfy(answer -> {
            assertThat(answer.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(answer.errorInfo().getReason()).isEqualTo("WEBHOOK_SIGNATURE_INVALID");
        });
        assertThat(pay.books(started.orderId())).isEqualTo("PENDING 0 0 0, 0 0");
        assertThat(pay.database.rows(
                        "SELECT outcome, signature_ok + 0, deliveries FROM provider_event WHERE body = ?",
                        new String(body, StandardCharsets.UTF_8)))
                .containsExactly("BAD_SIGNATURE, 0, 2");
        assertThat(receive(body, PayFixture.signature("another-secret", body, Instant.now()))
                        .code())
                .as("the other secret in force")
                .isEqualTo(Status.Code.OK);
        assertThat(pay.books(started.orderId())).startsWith("PAID 700");
    }

    @Test
    void anOldNoticeIsRefused() {
        Started started = pay.started(700);
        byte[] body = succeeded(started, "me-" + UUID.randomUUID(), 700);
        Instant old = Instant.now().minus(Duration.ofMinutes(6));

        Answer answer = receive(body, PayFixture.signature(PayFixture.SECRET, body, old));

        assertThat(answer.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(answer.errorInfo().getReason()).isEqualTo("WEBHOOK_TIMESTAMP_INVALID");
        assertThat(pay.books(started.orderId())).isEqualTo("PENDING 0 0 0, 0 0");
        assertThat(outcome(body)).containsExactly("BAD_TIMESTAMP");
    }

    @Test
    void aReplayedNoticeIsAnsweredAndChangesNothing() {
        Started started = pay.started(700);
        byte[] body = succeeded(started, "me-" + UUID.randomUUID(), 700);
        String signature = PayFixture.signature(PayFixture.SECRET, body, Instant.now());

        receive(body, signature);
        pay.refund(started.orderId(), "r-" + UUID.randomUUID(), 0);
        Answer again = receive(body, signature);

        assertThat(again.code()).isEqualTo(Status.Code.OK);
        assertThat(pay.database.rows("SELECT COUNT(*) FROM saga_outbox WHERE payment_id = ?", started.paymentId()))
                .containsExactly("1");
        assertThat(outcome(body)).containsExactly("APPLIED");
    }

    @Test
    void aNoticeOfNoPaymentOfOursIsRefusedUntilThereIsOne() {
        PaymentRequest order = PayFixture.order(700);
        pay.create(order);
        String paymentId = pay.paymentId(order.getOrderId());
        byte[] body = body(paymentId, "mi-" + paymentId, "me-" + UUID.randomUUID(), "SUCCEEDED", 700, "CNY");
        String signature = PayFixture.signature(PayFixture.SECRET, body, Instant.now());

        Answer unknown = receive(body, signature);
        assertThat(unknown.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(unknown.errorInfo().getReason()).isEqualTo("WEBHOOK_UNKNOWN_PAYMENT");
        assertThat(outcome(body)).containsExactly("UNKNOWN_PAYMENT");

        pay.database.update("UPDATE payment SET attempt_count = 1 WHERE payment_id = ?", paymentId);
        assertThat(receive(body, signature).code()).isEqualTo(Status.Code.OK);
        assertThat(pay.payments(order.getOrderId())).containsExactly("700, CNY, PAID");
    }

    @Test
    void anotherAmountOrCurrencyOrIntentIsRefused() {
        Started started = pay.started(700);
        String intentId = "mi-" + started.paymentId();
        byte[] amount = succeeded(started, "me-" + UUID.randomUUID(), 699);
        byte[] currency = body(started.paymentId(), intentId, "me-" + UUID.randomUUID(), "SUCCEEDED", 700, "JPY");
        byte[] intent = body(started.paymentId(), "mi-x", "me-" + UUID.randomUUID(), "SUCCEEDED", 700, "CNY");

        assertThat(signed(amount).errorInfo().getReason()).isEqualTo("WEBHOOK_WRONG_AMOUNT");
        assertThat(signed(amount).code()).as("and again").isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(signed(currency).errorInfo().getReason()).isEqualTo("WEBHOOK_WRONG_AMOUNT");
        assertThat(signed(intent).errorInfo().getReason()).isEqualTo("WEBHOOK_UNKNOWN_PAYMENT");
        assertThat(pay.books(started.orderId())).isEqualTo("PENDING 0 0 0, 0 0");
        assertThat(outcome(amount)).containsExactly("WRONG_AMOUNT");
    }

    @Test
    void whatCannotBeReadOrHasNoProviderIsRefused() {
        byte[] nonsense = ("{\"id\":\"" + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);

        assertThat(signed(nonsense).errorInfo().getReason()).isEqualTo("WEBHOOK_UNREADABLE");
        assertThat(outcome(nonsense)).containsExactly("UNREADABLE");
        Answer other = pay.receive(PayFixture.notice("paypal", "x", "x", nonsense));
        assertThat(other.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(other.errorInfo().getReason()).isEqualTo("PROVIDER_NOT_FOUND");
    }

    @Test
    void stripesNoticesAreUnderstood() {
        Started started = pay.started(700);
        pay.database.update(
                "UPDATE payment SET provider = 'stripe', intent_id = 'pi_3MtwBwLkdIwHu7ix28a3tqPa' WHERE payment_id = ?",
                started.paymentId());
        byte[] body = StripeShapes.event(
                "evt_" + UUID.randomUUID(),
                "payment_intent.succeeded",
                StripeShapes.intent("succeeded", started.paymentId(), 700, 700));

        Answer answer = pay.receive(PayFixture.notice(
                "stripe",
                "Stripe-Signature",
                PayFixture.signature(PayFixture.STRIPE_SECRET, body, Instant.now()) + ",v0=ignored",
                body));

        assertThat(answer.code()).isEqualTo(Status.Code.OK);
        assertThat(pay.payments(started.orderId())).containsExactly("700, CNY, PAID");
    }

    private static Answer signed(byte[] body) {
        return receive(body, PayFixture.signature(PayFixture.SECRET, body, Instant.now()));
    }

    private static Answer receive(byte[] body, String signature) {
        return pay.receive(PayFixture.notice("mock", "Mock-Signature", signature, body));
    }

    private static List<String> outcome(byte[] body) {
        return pay.database.rows(
                "SELECT outcome FROM provider_event WHERE body = ?", new String(body, StandardCharsets.UTF_8));
    }

    private static byte[] succeeded(Started started, String eventId, long captured) {
        return body(started.paymentId(), "mi-" + started.paymentId(), eventId, "SUCCEEDED", captured, "CNY");
    }

    private static byte[] body(
            String paymentId, String intentId, String eventId, String status, long captured, String currency) {
        return """
                {"id":"%s","type":"intent","object":{"id":"%s","payment_id":"%s","status":"%s","currency":"%s",\
                "captured":%d}}""".formatted(eventId, intentId, paymentId, status, currency, captured)
                .getBytes(StandardCharsets.UTF_8);
    }
}
