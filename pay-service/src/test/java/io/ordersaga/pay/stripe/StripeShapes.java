package io.ordersaga.pay.stripe;

import java.nio.charset.StandardCharsets;

/// Objects as Stripe's API reference shows them, cut to the fields around those that matter.
public final class StripeShapes {
    private StripeShapes() {}

    public static String intent(String status, String paymentId, long amount, long received) {
        return intent(status, paymentId, amount, received, "null");
    }

    public static String intent(String status, String paymentId, long amount, long received, String lastError) {
        return """
                {
                  "id": "pi_3MtwBwLkdIwHu7ix28a3tqPa",
                  "object": "payment_intent",
                  "amount": %d,
                  "amount_capturable": 0,
                  "amount_details": { "tip": {} },
                  "amount_received": %d,
                  "application": null,
                  "automatic_payment_methods": { "enabled": true },
                  "canceled_at": null,
                  "cancellation_reason": null,
                  "capture_method": "automatic_async",
                  "client_secret": "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH",
                  "confirmation_method": "automatic",
                  "created": 1680800504,
                  "currency": "cny",
                  "last_payment_error": %s,
                  "latest_charge": null,
                  "livemode": false,
                  "metadata": { "payment_id": "%s", "order_id": "o-1" },
                  "next_action": null,
                  "payment_method": null,
                  "payment_method_types": ["card", "link"],
                  "processing": null,
                  "status": "%s"
                }
                """.formatted(amount, received, lastError, paymentId, status);
    }

    public static String refund(String status, String refundId, long amount) {
        return """
                {
                  "id": "re_1Nispe2eZvKYlo2Cd31jOCgZ",
                  "object": "refund",
                  "amount": %d,
                  "balance_transaction": "txn_1Nispe2eZvKYlo2CYezqFhEx",
                  "charge": "ch_1NirD82eZvKYlo2CIvbtLWuY",
                  "created": 1692942318,
                  "currency": "cny",
                  "destination_details": { "card": { "type": "refund" }, "type": "card" },
                  "metadata": { "refund_id": "%s" },
                  "payment_intent": "pi_3MtwBwLkdIwHu7ix28a3tqPa",
                  "reason": null,
                  "status": "%s"
                }
                """.formatted(amount, refundId, status);
    }

    public static String error(String type, String code, String intent) {
        return """
                {
                  "error": {
                    "code": "%s",
                    "doc_url": "https://stripe.com/docs/error-codes/%s",
                    "message": "You cannot do this.",
                    "payment_intent": %s,
                    "request_log_url": "https://dashboard.stripe.com/test/logs/req_1",
                    "type": "%s"
                  }
                }
                """.formatted(code, code, intent, type);
    }

    public static byte[] event(String id, String type, String object) {
        return """
                {
                  "id": "%s",
                  "object": "event",
                  "api_version": "2025-06-30.basil",
                  "created": 1680064028,
                  "data": { "object": %s },
                  "livemode": false,
                  "pending_webhooks": 2,
                  "request": { "id": null, "idempotency_key": null },
                  "type": "%s"
                }
                """.formatted(id, object, type).getBytes(StandardCharsets.UTF_8);
    }
}
