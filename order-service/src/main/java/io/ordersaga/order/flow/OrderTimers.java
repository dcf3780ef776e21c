package io.ordersaga.order.flow;

import io.ordersaga.order.CancelReason;
import io.ordersaga.order.OrderChange;
import io.ordersaga.order.flow.CancellationTable.NewCancellation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens to an order because the time has come. There is no timer but the order's row: what is due
/// is found by a query, so nothing is lost when a program dies, and any number of replicas may look.
final class OrderTimers {
    private static final Logger log = LoggerFactory.getLogger(OrderTimers.class);

    private static final String ACTOR = "timer";

    private final FlowTable table;
    private final FlowSweeper sweeper;
    private final FlowSagas sagas;
    private final FlowConfig config;
    private final InstantSource clock;

    /// @param clock the same for all replicas
    OrderTimers(FlowTable table, FlowSweeper sweeper, FlowSagas sagas, FlowConfig config, InstantSource clock) {
        this.table = table;
        this.sweeper = sweeper;
        this.sagas = sagas;
        this.config = config;
        this.clock = clock;
    }

    /// Begins to cancel every order that was not paid in time. The wishes are rows before the coordinator
    /// hears of them; what it does not hear now is swept.
    void cancelUnpaid() {
        int batch = config.timers().batch();
        List<String> orderIds;
        do {
            orderIds = table.inTransaction(() -> openUnpaid(batch));
            if (!orderIds.isEmpty()) {
                log.info("Cancelling {} orders that were not paid in time", orderIds.size());
            }
            if (!sweeper.submitCancellations(orderIds)) {
                return;
            }
        } while (orderIds.size() == batch);
    }

    private List<String> openUnpaid(int batch) {
        Instant now = clock.instant();
        List<String> orderIds = table.lockUnpaid(now, now.minus(config.timers().pause()), batch);
        String definition = sagas.definition(CancelOrder.DEFINITION);
        NewCancellation wish = new NewCancellation(CancelReason.PAYMENT_TIMEOUT, "", ACTOR, definition, null);
        orderIds.forEach(orderId -> table.open(orderId, null, null, wish, now));
        return orderIds;
    }

    /// Completes every order that was shipped long enough ago.
    void completeShipped() {
        int batch = config.timers().batch();
        int completed;
        do {
            completed = table.inTransaction(() -> complete(batch));
        } while (completed == batch);
    }

    private int complete(int batch) {
        Instant now = clock.instant();
        List<String> orderIds = table.lockShipped(now.minus(config.timers().completeAfter()), batch);
        for (String orderId : orderIds) {
            OrderChange change = ShipOrder.completion(orderId, now).by(ACTOR);
            if (table.change(change, now)) {
                log.info("Order {} counts as received", orderId);
            }
        }
        return orderIds.size();
    }
}
