package io.ordersaga.order.flow;

import io.ordersaga.order.Order;
import io.ordersaga.order.OrderProtos;
import io.ordersaga.order.Refund;
import io.ordersaga.order.flow.FlowSagas.Reply;
import io.ordersaga.order.flow.FlowTable.RefundKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Sees to it that no cancellation and no refund is under way for ever. The saga of one that has been
/// PENDING for long is submitted again, just as it began: a coordinator that never heard of it starts it
/// now, one that runs it goes on, and one that ended it says how. Any number of replicas may sweep.
final class FlowSweeper {
    private static final Logger log = LoggerFactory.getLogger(FlowSweeper.class);

    private final FlowTable table;
    private final CancelOrder cancelOrder;
    private final RefundOrder refundOrder;
    private final FlowSagas sagas;
    private final FlowConfig config;

    FlowSweeper(FlowTable table, CancelOrder cancelOrder, RefundOrder refundOrder, FlowSagas sagas, FlowConfig config) {
        this.table = table;
        this.cancelOrder = cancelOrder;
        this.refundOrder = refundOrder;
        this.sagas = sagas;
        this.config = config;
    }

    /// One sweep over at most a batch of each.
    void sweep() {
        Instant now = table.databaseTime();
        Instant before = now.minus(config.sweep().age());
        for (CancellationTable.Key key :
                table.claimCancellations(before, now, config.sweep().batch())) {
            if (!submitCancellation(key.orderId())) {
                return;
            }
        }
        for (RefundKey key : table.claimRefunds(before, now, config.sweep().batch())) {
            if (!submitRefund(key)) {
                return;
            }
        }
    }

    /// Submits the cancellations of these orders; false when the coordinator does not answer, and the rest
    /// is left for a sweep.
    boolean submitCancellations(List<String> orderIds) {
        return orderIds.stream().allMatch(this::submitCancellation);
    }

    private boolean submitCancellation(String orderId) {
        Optional<Order> order = table.find(orderId);
        Optional<Cancellation> cancellation =
                table.findLast(orderId).filter(last -> last.state() == Cancellation.State.PENDING);
        if (order.isEmpty() || cancellation.isEmpty()) {
            return true;
        }
        try (var _ = MDC.putCloseable("order_id", orderId);
                var _ = MDC.putCloseable("gid", cancellation.get().gid())) {
            Reply reply = sagas.submit(cancelOrder.saga(order.get(), cancellation.get()));
            return settled(
                    reply,
                    () -> CancelOrder.undo(
                            table, cancellation.get(), OrderProtos.rejection(reply.refusal()), table.databaseTime()),
                    () -> table.find(orderId, cancellation.get().cancellationNo())
                            .filter(now -> now.state() == Cancellation.State.PENDING)
                            .isPresent());
        }
    }

    private boolean submitRefund(RefundKey key) {
        Optional<Order> order = table.find(key.orderId());
        Optional<OpenRefund> open = table.findOpenRefund(key.orderId(), key.refundId());
        if (order.isEmpty() || open.isEmpty()) {
            return true;
        }
        String gid = open.get().refund().gid();
        try (var _ = MDC.putCloseable("order_id", key.orderId());
                var _ = MDC.putCloseable("gid", gid)) {
            Reply reply = sagas.submit(refundOrder.saga(order.get(), open.get()));
            return settled(
                    reply,
                    () -> RefundOrder.undo(
                            table, open.get(), OrderProtos.rejection(reply.refusal()), table.databaseTime()),
                    () -> table.find(key.orderId(), key.refundId())
                            .filter(now -> now.state() == Refund.State.PENDING)
                            .isPresent());
        }
    }

    /// Draws the consequence of the coordinator's answer; false when there was none.
    private boolean settled(Reply reply, Runnable undo, BooleanSupplier stillPending) {
        switch (reply.answer()) {
            case NONE -> {
                log.warn("Left the rest for a later sweep, because the coordinator is down");
                return false;
            }
            case RUNS -> log.info("It was submitted again");
            case FAILED ->
                table.inTransaction(() -> {
                    undo.run();
                    return true;
                });
            case SUCCEEDED -> {
                // Read again, because the saga may have ended after this sweep saw it.
                if (stillPending.getAsBoolean()) {
                    log.error("Its saga succeeded without ending it; someone has to look at this");
                }
            }
        }
        return true;
    }
}
