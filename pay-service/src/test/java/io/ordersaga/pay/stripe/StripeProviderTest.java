package io.ordersaga.pay.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.pay.PayConfig;
import io.ordersaga.pay.Payment;
import io.ordersaga.pay.PaymentProvider.Intent;
import io.ordersaga.pay.PaymentProvider.IntentNotice;
import io.ordersaga.pay.PaymentProvider.IntentReport;
import io.ordersaga.pay.PaymentProvider.IntentStatus;
import io.ordersaga.pay.PaymentProvider.OtherNotice;
import io.ordersaga.pay.PaymentProvider.RefundNotice;
import io.ordersaga.pay.PaymentProvider.RefundReport;
import io.ordersaga.pay.PaymentProvider.Verdict;
import io.ordersaga.pay.PaymentState;
import io.ordersaga.pay.ProviderRefusedException;
import io.ordersaga.pay.ProviderUnavailableException;
import io.ordersaga.pay.Refund;
import io.ordersaga.pay.UnreadableNoticeException;
import io.ordersaga.pay.provider.ProviderCalls;
import io.ordersaga.pay.provider.WebhookSignature;
import io.ordersaga.testkit.SettableClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What we say to Stripe and what we make of its answers, on a local server that answers with the shapes
/// of its API reference.
class StripeProviderTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final String INTENT = "pi_3MtwBwLkdIwHu7ix28a3tqPa";

    private final ScriptedHttp api = new ScriptedHttp();
    private final SettableClock clock = new SettableClock(NOW);
    private final ProviderCalls calls =
            new ProviderCalls(new PayConfig.Calls(Duration.ofSeconds(1), Duration.ofSeconds(2), 20_000));
    private final StripeProvider stripe = new StripeProvider(
            new PayConfig.Stripe(URI.create(api.url()), "sk_test_1", "2025-06-30.basil", List.of("whsec_1")),
            calls,
            new WebhookSignature(List.of("whsec_1", "whsec_0"), Duration.ofMinutes(5)),
            clock);

    @AfterEach
    void close() {
        calls.close();
        api.close();
    }

    @Test
    void opensOneIntentPerPayment() {
        api.next(200, StripeShapes.intent("requires_payment_method", "pay-1", 700, 0));

        Intent intent = stripe.open(payment());

        assertThat(intent)
                .isEqualTo(new Intent(INTENT, "", "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH"));
        assertThat(api.last())
                .isEqualTo(new ScriptedHttp.Call(
                        "POST /v1/payment_intents",
                        "Bearer sk_test_1",
                        "2025-06-30.basil",
                        "pay-1",
                        "amount=700&currency=cny&automatic_payment_methods[enabled]=true"
                                + "&metadata[payment_id]=pay-1&metadata[order_id]=o-1"));
    }

    @Test
    void aPaymentThatStripeDoesNotWantIsRefusedForGood() {
        api.next(400, StripeShapes.error("invalid_request_error", "amount_too_small", "null"));

        assertThatThrownBy(() -> stripe.open(payment()))
                .isInstanceOfSatisfying(
                        ProviderRefusedException.class,
                        e -> assertThat(e.failure()).isEqualTo("amount_too_small"));
    }

    @ParameterizedTest
    @CsvSource({
        "requires_payment_method, OPEN, 0",
        "requires_confirmation, OPEN, 0",
        "requires_action, OPEN, 0",
        "processing, PROCESSING, 0",
        "requires_capture, PROCESSING, 0",
        "succeeded, SUCCEEDED, 700",
        "canceled, CANCELED, 0"
    })
    void everyStatusIsKnown(String status, IntentStatus expected, long amount) {
        api.next(200, StripeShapes.intent(status, "pay-1", 700, 700));

        assertThat(stripe.find(INTENT)).isEqualTo(new IntentReport(INTENT, "pay-1", expected, "CNY", amount, ""));
        assertThat(api.last().line()).isEqualTo("GET /v1/payment_intents/" + INTENT);
    }

    @Test
    void aDeclineIsAFailureWithItsCode() {
        String error =
                "{\"code\": \"card_declined\", \"decline_code\": \"insufficient_funds\", \"type\": \"card_error\"}";
        api.next(200, StripeShapes.intent("requires_payment_method", "pay-1", 700, 0, error));

        IntentReport report = stripe.find(INTENT);

        assertThat(report.status()).isEqualTo(IntentStatus.FAILED);
        assertThat(report.failure()).isEqualTo("insufficient_funds");
    }

    @Test
    void closingSaysHowItStandsWhenItWasTooLate() {
        api.next(200, StripeShapes.intent("canceled", "pay-1", 700, 0));
        assertThat(stripe.close(INTENT).status()).isEqualTo(IntentStatus.CANCELED);
        assertThat(api.last().line()).isEqualTo("POST /v1/payment_intents/" + INTENT + "/cancel");

        api.next(
                400,
                StripeShapes.error(
                        "invalid_request_error",
                        "payment_intent_unexpected_state",
                        StripeShapes.intent("succeeded", "pay-1", 700, 700)));
        assertThat(stripe.close(INTENT))
                .isEqualTo(new IntentReport(INTENT, "pay-1", IntentStatus.SUCCEEDED, "CNY", 700, ""));

        api.next(400, StripeShapes.error("invalid_request_error", "something_else", "null"))
                .next(200, StripeShapes.intent("processing", "pay-1", 700, 0));
        assertThat(stripe.close(INTENT).status()).isEqualTo(IntentStatus.PROCESSING);
    }

    @Test
    void refundsUnderTheRefundsId() {
        api.next(200, StripeShapes.refund("pending", "r-1", 300));
        assertThat(stripe.refund(INTENT, refund(Optional.empty())))
                .isEqualTo(
                        new RefundReport("r-1", Optional.of("re_1Nispe2eZvKYlo2Cd31jOCgZ"), Refund.State.PENDING, ""));
        assertThat(api.last().key()).isEqualTo("r-1");
        assertThat(api.last().form())
                .isEqualTo(
                        "payment_intent=" + INTENT + "&amount=300&metadata[refund_id]=r-1&metadata[payment_id]=pay-1");

        api.next(200, StripeShapes.refund("succeeded", "r-1", 300));
        assertThat(stripe.refund(INTENT, refund(Optional.of("re_1"))).state()).isEqualTo(Refund.State.SUCCEEDED);
        assertThat(api.last().line()).isEqualTo("GET /v1/refunds/re_1");

        api.next(400, StripeShapes.error("invalid_request_error", "charge_already_refunded", "null"));
        RefundReport declined = stripe.refund(INTENT, refund(Optional.empty()));
        assertThat(declined.state()).isEqualTo(Refund.State.FAILED);
        assertThat(declined.failure()).isEqualTo("charge_already_refunded");
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 403, 408, 409, 429, 500, 502, 503})
    void whatMayWorkLaterIsNoAnswer(int code) {
        api.next(code, StripeShapes.error("api_error", "lock_timeout", "null"));

        assertThatThrownBy(() -> stripe.refund(INTENT, refund(Optional.empty())))
                .isInstanceOf(ProviderUnavailableException.class);
    }

    @Test
    void answersThatMakeNoSenseOrAreTooLongAreNone() {
        for (String body : List.of("", "null", "[]", "<html>", "{}", "{\"id\":\"pi_1\",\"status\":\"new_word\"}")) {
            api.next(200, body);
            assertThatThrownBy(() -> stripe.find(INTENT)).isInstanceOf(ProviderUnavailableException.class);
        }
        api.next(200, "{\"id\":\"" + "x".repeat(30_000) + "\"}");
        assertThatThrownBy(() -> stripe.find(INTENT)).hasMessageContaining("more than 20000 bytes");
        api.close();
        assertThatThrownBy(() -> stripe.find(INTENT)).isInstanceOf(ProviderUnavailableException.class);
    }

    @Test
    void itsNoticesAreReadWhenTheirSignatureIsRight() {
        byte[] body = StripeShapes.event(
                "evt_1", "payment_intent.succeeded", StripeShapes.intent("succeeded", "pay-1", 700, 700));
        String header = new WebhookSignature(List.of("whsec_0"), Duration.ofMinutes(5)).sign(body, NOW);

        assertThat(stripe.verify(Map.of("stripe-signature", header), body)).isEqualTo(Verdict.GENUINE);
        clock.advance(Duration.ofSeconds(301));
        assertThat(stripe.verify(Map.of("stripe-signature", header), body)).isEqualTo(Verdict.BAD_TIMESTAMP);
        assertThat(stripe.verify(Map.of(), body)).isEqualTo(Verdict.BAD_SIGNATURE);

        assertThat(stripe.read(body))
                .isEqualTo(new IntentNotice(
                        "evt_1",
                        "payment_intent.succeeded",
                        new IntentReport(INTENT, "pay-1", IntentStatus.SUCCEEDED, "CNY", 700, "")));
        assertThat(stripe.read(
                        StripeShapes.event("evt_2", "refund.updated", StripeShapes.refund("succeeded", "r-1", 300))))
                .isInstanceOf(RefundNotice.class);
        assertThat(stripe.read(StripeShapes.event("evt_3", "customer.created", "{\"id\": \"cus_1\"}")))
                .isEqualTo(new OtherNotice("evt_3", "customer.created"));
        for (String nonsense : List.of("", "[]", "{}", "{\"id\":\"evt_1\",\"type\":\"payment_intent.succeeded\"}")) {
            assertThatThrownBy(() -> stripe.read(nonsense.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(UnreadableNoticeException.class);
        }
    }

    private static Payment payment() {
        return new Payment(
                "pay-1",
                "o-1",
                "u1",
                "CNY",
                700,
                0,
                0,
                0,
                PaymentState.PENDING,
                "stripe",
                Optional.empty(),
                "",
                "",
                1,
                NOW,
                Optional.empty(),
                1,
                NOW,
                NOW);
    }

    private static Refund refund(Optional<String> providerRefundId) {
        return new Refund("r-1", "pay-1", "CNY", 300, Refund.State.PENDING, "broken", providerRefundId, "", NOW, NOW);
    }
}
