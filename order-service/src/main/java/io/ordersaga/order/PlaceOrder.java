package io.ordersaga.order;

import com.google.protobuf.Message;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.coupon.v1.CouponBranchesGrpc;
import io.ordersaga.kit.BranchRoutes;
import io.ordersaga.kit.BranchTransport;
import io.ordersaga.order.v1.OrderBranchesGrpc;
import io.ordersaga.pay.v1.PayBranchesGrpc;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.saga.client.Saga;
import io.ordersaga.saga.client.SagaRefusedException;
import io.ordersaga.stock.v1.StockBranchesGrpc;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Places an order: prices it, stores it as PLACING, and hands the coordinator the saga that does the rest.
///
/// The order's row is the arbiter between the saga and everyone else. The saga begins and ends with a step
/// of this service that goes through only while the order is PLACING, so whoever gives an order up need
/// only change its row, and the saga undoes itself. What is neither ended nor given up, because this
/// program died between its two steps or nobody knows what the coordinator did, is handed over again by
/// [PlacementSweeper].
final class PlaceOrder {
    private static final Logger log = LoggerFactory.getLogger(PlaceOrder.class);

    /// The steps of the saga that new orders are placed with.
    static final String DEFINITION = "place/2";

    /// Metadata of every branch call: what the saga does and which version of it this is.
    private static final String DEFINITION_HEADER = "saga-definition";

    /// An order that is not placed by then is rejected, and whatever it holds is given back. A part of the
    /// definition: a saga is submitted again as it began.
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    /// We, or our caller, do not wait any longer; the saga goes on.
    private static final Set<Status.Code> WAITED_LONG_ENOUGH =
            Set.of(Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED);

    private final Pricing pricing;
    private final OrderTable orders;
    private final DtmClient coordinator;
    private final OrderConfig config;
    private final OrderIds ids;
    private final InstantSource clock;

    PlaceOrder(
            Pricing pricing,
            OrderTable orders,
            DtmClient coordinator,
            OrderConfig config,
            OrderIds ids,
            InstantSource clock) {
        this.pricing = pricing;
        this.orders = orders;
        this.coordinator = coordinator;
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    /// What placing an order takes, one step after the other; when a step refuses, those before it are
    /// undone in reverse. The same order always makes the same saga, so that it can be submitted again,
    /// also when new orders are placed by another definition meanwhile.
    Saga saga(Order order) {
        Saga saga = switch (BranchTransport.steps(order.sagaDefinition())) {
            case "place/1" -> payLastButOne(held(order), order, OrderProtos.paymentWithoutExpiry(order));
            case DEFINITION ->
                placeSteps(order).timeoutToFail(TIMEOUT).branchHeader(DEFINITION_HEADER, order.sagaDefinition());
            default -> throw new IllegalStateException("there is no saga " + order.sagaDefinition());
        };
        return order.traceParent().isPresent()
                ? saga.branchHeader(TraceParent.HEADER, order.traceParent().get())
                : saga;
    }

    /// Nothing is payable that can still fail: the order is confirmed when all it needs is there. When
    /// nothing is to be paid, its payment is made as soon as it is opened, and so that comes last.
    private Saga placeSteps(Order order) {
        Saga saga = held(order);
        return order.price().payableMinor() > 0
                ? payLastButOne(saga, order, OrderProtos.payment(order))
                : pay(confirm(saga, order), order, OrderProtos.payment(order));
    }

    private Saga payLastButOne(Saga saga, Order order, Message payment) {
        return confirm(pay(saga, order, payment), order);
    }

    /// The steps that hold what the order needs.
    private Saga held(Order order) {
        BranchRoutes at = routes(order);
        Saga saga = Saga.of(order.gid())
                .businessKey("order:" + order.orderId())
                .tag("user", order.userId())
                .tag("saga", "place");
        saga = saga.step(
                at.order(OrderBranchesGrpc.getBeginMethod()),
                at.order(OrderBranchesGrpc.getRejectMethod()),
                at.payload(OrderProtos.placement(order)));
        saga = saga.step(
                at.stock(StockBranchesGrpc.getReserveMethod()),
                at.stock(StockBranchesGrpc.getReleaseMethod()),
                at.payload(OrderProtos.reservation(order)));
        if (order.couponId().isPresent()) {
            saga = saga.step(
                    at.coupon(CouponBranchesGrpc.getLockMethod()),
                    at.coupon(CouponBranchesGrpc.getUnlockMethod()),
                    at.payload(OrderProtos.couponLock(order, order.couponId().get())));
        }
        return saga;
    }

    private Saga pay(Saga saga, Order order, Message payment) {
        BranchRoutes at = routes(order);
        return saga.step(
                at.pay(PayBranchesGrpc.getCreateMethod()),
                at.pay(PayBranchesGrpc.getCloseMethod()),
                at.payload(payment));
    }

    /// Needs no undoing: that of the first step covers it.
    private Saga confirm(Saga saga, Order order) {
        BranchRoutes at = routes(order);
        return saga.step(at.order(OrderBranchesGrpc.getConfirmMethod()), "", at.payload(OrderProtos.placement(order)));
    }

    private BranchRoutes routes(Order order) {
        return config.branches().of(order.sagaDefinition());
    }

    /// Places the order and returns without waiting for the outcome.
    Order submit(NewOrder wanted) {
        Order order = order(ids.next(), wanted, pricing.quoteUnjudged(wanted));
        orders.insert(order);
        return logged(order, () -> handOver(order));
    }

    /// The order that is wanted, priced and not stored yet.
    Order priced(String orderId, NewOrder wanted) {
        return order(orderId, wanted, pricing.quote(wanted));
    }

    void store(Order order) {
        orders.insert(order);
    }

    /// Places a stored order, waits a moment for the outcome, and returns the order as it stands then. May be done
    /// again, also with an order that was placed.
    Order place(String orderId) {
        Order order = current(orderId);
        return order.state() == OrderState.PLACING ? logged(order, () -> handOverAndWait(order)) : order;
    }

    private Order handOver(Order order) {
        try {
            coordinator.submit(saga(order), config.placement().submitDeadline());
            return order;
        } catch (SagaRefusedException | StatusRuntimeException e) {
            return giveUp(order, e);
        }
    }

    private Order handOverAndWait(Order order) {
        try {
            coordinator.submit(saga(order).waitResult(true), config.placement().outcomeWait());
        } catch (SagaRefusedException e) {
            log.info("Its saga has not succeeded: {}", e.getMessage());
        } catch (StatusRuntimeException e) {
            if (!WAITED_LONG_ENOUGH.contains(e.getStatus().getCode())) {
                return giveUp(order, e);
            }
            log.info("Its outcome is not known yet: {}", e.getMessage());
        }
        return current(order.orderId());
    }

    private Order order(String orderId, NewOrder wanted, Pricing.Quote quote) {
        Instant now = clock.instant();
        return new Order(
                orderId,
                wanted.userId(),
                quote.lines(),
                wanted.couponId(),
                quote.price(),
                OrderState.PLACING,
                Optional.empty(),
                wanted.delivery(),
                Progress.none(Optional.of(now.plus(config.paymentTimeout()))),
                config.branches().transport().definition(DEFINITION),
                TraceParent.current(),
                1,
                now,
                now);
    }

    /// Rejects the order whose saga the coordinator did not take, as far as we know. If it did after all,
    /// the saga finds the order rejected and undoes itself; if it even ended already, the order is what the
    /// saga made of it.
    private Order giveUp(Order order, RuntimeException cause) {
        Rejection rejection = new Rejection(
                Refusals.DOMAIN.name(), Refusals.PLACEMENT_UNAVAILABLE, "orders cannot be placed now", Map.of());
        if (orders.rejectWhilePlacing(order.orderId(), rejection, clock.instant())) {
            log.warn("Rejected, because the coordinator did not take the saga: {}", cause.getMessage());
            throw Refusals.placementUnavailable(order.orderId());
        }
        log.info("The saga ended although its submission failed: {}", cause.getMessage());
        return current(order.orderId());
    }

    private static Order logged(Order order, Supplier<Order> deed) {
        try (var _ = MDC.putCloseable("order_id", order.orderId());
                var _ = MDC.putCloseable("gid", order.gid())) {
            log.info("Placing {} lines for user {}", order.lines().size(), order.userId());
            return deed.get();
        }
    }

    private Order current(String orderId) {
        return orders.find(orderId).orElseThrow(() -> new IllegalStateException("order " + orderId + " is gone"));
    }
}
