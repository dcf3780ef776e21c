package io.ordersaga.pay;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.grpc.StatusRuntimeException;
import io.ordersaga.coupon.v1.CouponBranchesGrpc;
import io.ordersaga.coupon.v1.OrderCouponRequest;
import io.ordersaga.kit.BranchRoutes;
import io.ordersaga.kit.BranchTransport;
import io.ordersaga.order.v1.OrderBranchesGrpc;
import io.ordersaga.order.v1.OrderPaidRequest;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.saga.client.Saga;
import io.ordersaga.saga.client.SagaRefusedException;
import io.ordersaga.stock.v1.OrderStockRequest;
import io.ordersaga.stock.v1.StockBranchesGrpc;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// What follows when a payment is paid. The saga is due from the transaction that paid it, and is handed
/// to the coordinator until that has taken it; the same payment always makes the same saga, so that it
/// can be handed over again. Any number of replicas may run this.
final class PaidSaga {
    private static final Logger log = LoggerFactory.getLogger(PaidSaga.class);

    /// Name and version of the list of steps. A change of the list is a new version beside the old one.
    private static final String DEFINITION = "paid/1";

    private static final String DEFINITION_HEADER = "saga-definition";

    private final PayTable table;
    private final DtmClient coordinator;
    private final PayConfig config;
    private final Alerts alerts;

    PaidSaga(PayTable table, DtmClient coordinator, PayConfig config, Alerts alerts) {
        this.table = table;
        this.coordinator = coordinator;
        this.config = config;
        this.alerts = alerts;
    }

    /// To be called in the transaction that pays the payment.
    ///
    /// @param transport how its branches are called
    static void enqueue(PayTable table, String paymentId, BranchTransport transport) {
        table.enqueue("paid-" + paymentId, paymentId, transport.definition(DEFINITION));
    }

    /// The steps, forward only: the money is here.
    Saga saga(Payment payment, String definition) {
        if (!BranchTransport.steps(definition).equals(DEFINITION)) {
            throw new IllegalArgumentException("No saga is defined as " + definition);
        }
        BranchRoutes at = config.branches().of(definition);
        String orderId = payment.orderId();
        String markPaid = at.order(OrderBranchesGrpc.getMarkPaidMethod());

        Saga saga = Saga.of("paid-" + payment.paymentId()).branchHeader(DEFINITION_HEADER, definition);
        if (payment.amountMinor() == 0) {
            // Paid while the order is still being placed, which may yet be rejected: the order decides before anything
            // else changes.
            saga = saga.step(markPaid, "", at.payload(paid(payment)));
        }
        saga = saga.step(at.stock(StockBranchesGrpc.getCommitMethod()), "", at.payload(stock(orderId)));
        // An order without a coupon has nothing to consume, which is coupon-service's to know.
        saga = saga.step(at.coupon(CouponBranchesGrpc.getConsumeMethod()), "", at.payload(coupon(orderId)));
        return payment.amountMinor() == 0 ? saga : saga.step(markPaid, "", at.payload(paid(payment)));
    }

    /// Hands over all that is due.
    void run() {
        List<OutboxTable.Row> due = table.claimSagas(config.outbox());
        while (handOver(due) && due.size() == config.outbox().batch()) {
            due = table.claimSagas(config.outbox());
        }
    }

    /// Forgets sagas that the coordinator took long ago.
    void forget() {
        long seconds = config.outbox().retention().toSeconds();
        int forgotten = config.purge().run(limit -> table.forgetSagas(seconds, limit));
        if (forgotten > 0) {
            log.info("Forgot {} sagas that were handed over", forgotten);
        }
    }

    /// Returns false when the coordinator is down; what was not handed over is due again soon.
    private boolean handOver(List<OutboxTable.Row> due) {
        for (OutboxTable.Row row : due) {
            try (var _ = MDC.putCloseable("gid", row.gid())) {
                if (!handOver(row)) {
                    return false;
                }
            } catch (RuntimeException e) {
                log.error("Could not be handed over and is tried again", e);
            }
        }
        return true;
    }

    /// Returns whether the coordinator answered.
    private boolean handOver(OutboxTable.Row row) {
        Payment payment = table.payment(row.paymentId())
                .orElseThrow(() -> new IllegalStateException("payment " + row.paymentId() + " is gone"));
        try {
            coordinator.submit(saga(payment, row.definition()), config.outbox().deadline());
            log.info("Order {} is paid; its saga was handed over", payment.orderId());
        } catch (SagaRefusedException e) {
            if (!known(row, e)) {
                return true;
            }
        } catch (StatusRuntimeException e) {
            log.warn("Attempt {} to hand it over failed: {}", row.attempts() + 1, e.getMessage());
            return !DtmClient.isDown(e);
        }
        table.accepted(row.gid());
        return true;
    }

    /// Whether the coordinator refuses because it knows the gid: an earlier submission got through although
    /// its answer did not. Any other refusal is somebody's mistake to put right, and the saga is handed over
    /// until then.
    private boolean known(OutboxTable.Row row, SagaRefusedException refusal) {
        Optional<String> standing = refusal.standing();
        if (standing.isEmpty()) {
            alerts.raise(
                    Alerts.Kind.PAID_SAGA_FAILED,
                    row.gid() + " is refused by the coordinator: " + refusal.getMessage());
            return false;
        }
        if (standing.get().equals("failed")) {
            alerts.raise(Alerts.Kind.PAID_SAGA_FAILED, row.gid() + " ended without success");
        } else {
            log.info("It was handed over before: {}", refusal.getMessage());
        }
        return true;
    }

    private static Message stock(String orderId) {
        return OrderStockRequest.newBuilder().setOrderId(orderId).build();
    }

    private static Message coupon(String orderId) {
        return OrderCouponRequest.newBuilder().setOrderId(orderId).build();
    }

    private static Message paid(Payment payment) {
        Instant time =
                payment.paidTime().orElseThrow(() -> new IllegalStateException(payment.paymentId() + " is not paid"));
        return OrderPaidRequest.newBuilder()
                .setOrderId(payment.orderId())
                .setPaymentId(payment.paymentId())
                .setPaidTime(
                        Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()))
                .build();
    }
}
