package io.ordersaga.pay;

import io.ordersaga.pay.PaymentProvider.RefundReport;
import java.util.Map;
import java.util.Optional;

/// Gives money back: first our books set it aside, then the provider is asked, under the refund's id as
/// its key, then the books say what came of it. Whoever dies in between is taken over by the
/// coordinator's next call or by [Reconciliation].
final class RefundPayment {
    private final PayTable table;
    private final Providers providers;
    private final Settlement settlement;
    private final PayConfig.Checks checks;

    RefundPayment(PayTable table, Providers providers, Settlement settlement, PayConfig.Checks checks) {
        this.table = table;
        this.providers = providers;
        this.settlement = settlement;
        this.checks = checks;
    }

    /// What a saga wants to be given back.
    record Wanted(String orderId, String refundId, String currency, long amountMinor, String reason) {}

    /// The refund as far as it has come.
    ///
    /// @throws io.ordersaga.saga.client.BranchRefusedException when there is not so much, or another
    ///     refund of this id
    /// @throws ProviderUnavailableException when the provider cannot be asked
    Refund refund(Wanted wanted) {
        return pursue(table.refund(wanted.refundId())
                .map(existing -> same(existing, wanted))
                .orElseGet(() -> table.atomically(books -> reserve(books, wanted))));
    }

    /// Asks the provider, unless the refund has ended.
    Refund pursue(Refund refund) {
        if (refund.state() != Refund.State.PENDING) {
            return refund;
        }
        RefundReport report = ask(refund);
        table.atomically(books -> settlement.apply(books, report));
        return table.refund(refund.refundId()).orElse(refund);
    }

    private RefundReport ask(Refund refund) {
        Payment payment = table.payment(refund.paymentId())
                .orElseThrow(() -> new IllegalStateException("payment " + refund.paymentId() + " is gone"));
        if (refund.amountMinor() == 0) {
            return new RefundReport(refund.refundId(), Optional.empty(), Refund.State.SUCCEEDED, "");
        }
        String intentId = payment.intentId()
                .orElseThrow(() -> new IllegalStateException(payment.paymentId() + " was paid without an intent"));
        RefundReport report = providers.of(payment).refund(intentId, refund);
        // What the provider makes of the id is not ours to believe: it was asked about this refund.
        return new RefundReport(refund.refundId(), report.providerRefundId(), report.state(), report.failure());
    }

    private Refund reserve(PayTable books, Wanted wanted) {
        Optional<Payment> payment = books.paymentOfOrder(wanted.orderId());
        if (payment.isEmpty()
                || !payment.get().currency().equals(wanted.currency())
                || !books.reserveRefund(payment.get().paymentId(), wanted.amountMinor())) {
            throw exceeds(wanted, payment.flatMap(known -> books.payment(known.paymentId())));
        }
        String paymentId = payment.get().paymentId();
        // Two of the same id at once: the key stops the second, whose call is then repeated and finds the first.
        books.insertRefund(
                wanted.refundId(),
                paymentId,
                wanted.currency(),
                wanted.amountMinor(),
                wanted.reason(),
                checks.first().toSeconds());
        return books.refund(wanted.refundId())
                .orElseThrow(() -> new IllegalStateException("refund " + wanted.refundId() + " is gone"));
    }

    private Refund same(Refund existing, Wanted wanted) {
        boolean sameOrder = table.payment(existing.paymentId())
                .map(payment -> payment.orderId().equals(wanted.orderId()))
                .orElse(false);
        if (!sameOrder
                || existing.amountMinor() != wanted.amountMinor()
                || !existing.currency().equals(wanted.currency())) {
            throw Refusals.branch(
                    "REFUND_CONFLICT",
                    "refund %s is another one already".formatted(wanted.refundId()),
                    Map.of("order_id", wanted.orderId(), "refund_id", wanted.refundId()));
        }
        return existing;
    }

    private static RuntimeException exceeds(Wanted wanted, Optional<Payment> payment) {
        long left = payment.filter(known -> known.state().paid())
                .map(known -> known.capturedMinor() - known.refundedMinor() - known.refundingMinor())
                .orElse(0L);
        return Refusals.branch(
                "REFUND_EXCEEDS_PAID",
                "order %s has less than that to be refunded".formatted(wanted.orderId()),
                Map.of(
                        "order_id", wanted.orderId(),
                        "refund_id", wanted.refundId(),
                        "requested", Long.toString(wanted.amountMinor()),
                        "available", Long.toString(left)));
    }
}
