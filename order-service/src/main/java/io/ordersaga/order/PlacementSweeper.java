package io.ordersaga.order;

import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.saga.client.SagaRefusedException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Sees to it that no order is being placed for ever. The saga of an order that has been PLACING for long
/// is submitted again under its old gid: a coordinator that never heard of it starts it now, one that runs
/// it goes on, and one that ended it says how. Any number of replicas may sweep.
final class PlacementSweeper {
    private static final Logger log = LoggerFactory.getLogger(PlacementSweeper.class);

    private final PlaceOrder placeOrder;
    private final OrderTable orders;
    private final DtmClient coordinator;
    private final OrderConfig config;
    private final InstantSource clock;

    PlacementSweeper(
            PlaceOrder placeOrder, OrderTable orders, DtmClient coordinator, OrderConfig config, InstantSource clock) {
        this.placeOrder = placeOrder;
        this.orders = orders;
        this.coordinator = coordinator;
        this.config = config;
        this.clock = clock;
    }

    /// One sweep over at most a batch of orders.
    void sweep() {
        Instant now = clock.instant();
        List<String> overdue = orders.claimOverdue(
                now.minus(config.sweep().age()), now, config.sweep().batch());
        for (String orderId : overdue) {
            Optional<Order> order = orders.find(orderId);
            if (order.isPresent() && !resubmit(order.get())) {
                log.warn("Left {} orders for a later sweep, because the coordinator is down", overdue.size());
                return;
            }
        }
    }

    /// Returns whether the coordinator answered.
    private boolean resubmit(Order order) {
        try (var _ = MDC.putCloseable("order_id", order.orderId());
                var _ = MDC.putCloseable("gid", order.gid())) {
            coordinator.submit(placeOrder.saga(order), config.placement().submitDeadline());
            log.info("Being placed since {}; its saga was submitted again", order.createTime());
            return true;
        } catch (SagaRefusedException e) {
            settle(order, e);
            return true;
        } catch (StatusRuntimeException e) {
            log.warn("Order {} could not be submitted again: {}", order.orderId(), e.getMessage());
            return !DtmClient.isDown(e);
        }
    }

    private void settle(Order order, SagaRefusedException refusal) {
        switch (refusal.standing().orElse("")) {
            case "failed" -> {
                Rejection rejection = OrderProtos.rejection(Optional.of(refusal.status()));
                if (orders.rejectWhilePlacing(order.orderId(), rejection, clock.instant())) {
                    log.warn("Rejected, because its saga was rolled back before its first step");
                }
            }
            case "succeed" -> {
                // Read again, because the saga may have ended after this sweep saw the order.
                if (orders.findState(order.orderId()).orElse(OrderState.REJECTED) == OrderState.PLACING) {
                    log.error("Its saga succeeded without confirming it; someone has to look at this");
                }
            }
            default -> log.info("Its saga goes on: {}", refusal.getMessage());
        }
    }
}
