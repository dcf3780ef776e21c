package io.ordersaga.order;

import io.ordersaga.kit.Caller;
import io.ordersaga.order.OrderListTable.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Shows orders and what belongs to them. Whose they are is a condition of each statement, so that another
/// customer's order is answered just as one that does not exist. Thread-safe.
final class ReadOrders {
    private static final int PAGE_SIZE = 20;
    private static final int PAGE_SIZE_MAX = 100;

    /// The coordinator is asked about each.
    private static final int SAGAS_MAX = 5;

    /// An order has no more refunds than this, see docs/orders.md.
    private static final int REFUNDS_MAX = 100;

    private final OrderTable orders;
    private final OrderListTable lists;
    private final RefundTable refunds;
    private final PlacementWatch watch;
    private final Coordinator coordinator;

    ReadOrders(
            OrderTable orders,
            OrderListTable lists,
            RefundTable refunds,
            PlacementWatch watch,
            Coordinator coordinator) {
        this.orders = orders;
        this.lists = lists;
        this.refunds = refunds;
        this.watch = watch;
        this.coordinator = coordinator;
    }

    /// A page of a list, and the token of the next one.
    ///
    /// @param next empty on the last page
    record Listed<T>(List<T> rows, String next) {}

    /// The order as it is, or as it is when it is no longer being placed or the time is over.
    Order get(String orderId, Duration wait, Caller caller) {
        Optional<String> owner = Guard.owner(caller);
        Order order = find(orderId, owner);
        if (order.state() != OrderState.PLACING || !wait.isPositive()) {
            return order;
        }
        watch.await(orderId, wait);
        return find(orderId, owner);
    }

    private Order find(String orderId, Optional<String> owner) {
        return orders.find(orderId, owner).orElseThrow(() -> Refusals.orderNotFound(orderId));
    }

    /// The caller's orders, or everyone's for staff.
    ///
    /// @param pageSize 0 is 20, more than 100 is 100
    Listed<Order> list(int pageSize, String pageToken, String filter, String orderBy, Caller caller) {
        Optional<String> owner = Guard.owner(caller);
        boolean descending = descending(orderBy);
        String question = String.join("\n", "orders", owner.orElse(""), filter, Boolean.toString(descending));
        Optional<PageToken> after = PageToken.decode(pageToken, question);
        int size = pageSize == 0 ? PAGE_SIZE : Math.min(pageSize, PAGE_SIZE_MAX);
        List<Order> found = lists.list(new Page(owner, OrderFilter.parse(filter), descending, after, size));
        if (found.size() <= size) {
            return new Listed<>(found, "");
        }
        List<Order> page = found.subList(0, size);
        Order last = page.getLast();
        return new Listed<>(page, new PageToken(last.createTime(), last.orderId()).encode(question));
    }

    private static boolean descending(String orderBy) {
        return switch (orderBy.strip().replaceAll("\\s+", " ")) {
            case "", "create_time desc" -> true;
            case "create_time", "create_time asc" -> false;
            default ->
                throw Refusals.DOMAIN.invalidField("order_by", "orders can be ordered by 'create_time [desc]' only");
        };
    }

    /// What happened to an order, the oldest first.
    ///
    /// @param pageSize 0 and more than 100 are 100
    Listed<OrderEvent> timeline(String orderId, int pageSize, String pageToken, Caller caller) {
        Order order = find(orderId, Guard.owner(caller));
        String question = "events\n" + order.orderId();
        long after = PageToken.decode(pageToken, question)
                .map(token -> token.time().toEpochMilli())
                .orElse(0L);
        int size = pageSize == 0 ? PAGE_SIZE_MAX : Math.min(pageSize, PAGE_SIZE_MAX);
        List<OrderEvent> found = orders.findEvents(orderId, after, size + 1);
        if (found.size() <= size) {
            return new Listed<>(found, "");
        }
        List<OrderEvent> page = found.subList(0, size);
        // A place in the timeline is a number, as a time is.
        PageToken last = new PageToken(Instant.ofEpochMilli(page.getLast().seq()), order.orderId());
        return new Listed<>(page, last.encode(question));
    }

    /// The sagas that an order went through, the first one first, as far as its timeline fits on one page.
    /// For staff.
    List<SagaRun> sagas(String orderId, Caller caller) {
        caller.requireStaff();
        Order order = find(orderId, Optional.empty());
        Map<String, SagaRun> runs = new LinkedHashMap<>();
        for (OrderEvent event : orders.findEvents(orderId, 0, PAGE_SIZE_MAX)) {
            event.gid().ifPresent(gid -> runs.merge(gid, SagaRun.of(order, event), SagaRun::with));
        }
        return runs.values().stream()
                .skip(Math.max(0, runs.size() - SAGAS_MAX))
                .map(run -> coordinator.ask(run.gid()).map(run::with).orElse(run))
                .toList();
    }

    Refund refund(String orderId, String refundId, Caller caller) {
        find(orderId, Guard.owner(caller));
        return refunds.find(orderId, refundId).orElseThrow(() -> Refusals.refundNotFound(refundId));
    }

    List<Refund> refunds(String orderId, Caller caller) {
        find(orderId, Guard.owner(caller));
        return refunds.list(orderId, REFUNDS_MAX);
    }
}
