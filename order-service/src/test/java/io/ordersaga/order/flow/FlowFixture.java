package io.ordersaga.order.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.ordersaga.kit.Caller;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.kit.Role;
import io.ordersaga.order.CancelReason;
import io.ordersaga.order.Delivery;
import io.ordersaga.order.Guard;
import io.ordersaga.order.Lifecycle;
import io.ordersaga.order.Lifecycle.NewRefund;
import io.ordersaga.order.Order;
import io.ordersaga.order.OrderLine;
import io.ordersaga.order.OrderServiceApp;
import io.ordersaga.order.OrderState;
import io.ordersaga.order.Price;
import io.ordersaga.order.Progress;
import io.ordersaga.order.Refund;
import io.ordersaga.order.Tracking;
import io.ordersaga.order.v1.OrderBranchesGrpc;
import io.ordersaga.order.v1.OrderPaidRequest;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/// The service on a real database with a small coordinator and scripted neighbours; its timers and sweepers
/// run when a test says so. Its own clock is two hours slow, which must not matter. An order is two pieces of
/// product 1 at 1100 and one of product 2 at 500, 2700 in all; a coupon takes off 1000.
final class FlowFixture implements AutoCloseable {
    static final Guard STAFF = new Guard(new Caller("s1", Set.of(Role.STAFF)), OptionalLong.empty());
    static final Guard CUSTOMER = new Guard(new Caller("42", Set.of(Role.CUSTOMER)), OptionalLong.empty());
    static final Guard STRANGER = new Guard(new Caller("43", Set.of(Role.CUSTOMER)), OptionalLong.empty());

    static final Tracking TRACKING = new Tracking("SF", "123");

    final Participants shop = new Participants();
    final SagaRunner sagas = new SagaRunner(shop);
    final RunningService service;
    final FlowTable table;
    final Lifecycle lifecycle;
    final TestDatabase database;

    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger refunds = new AtomicInteger();

    /// The program, on a machine whose clock is wrong.
    @Import(OrderServiceApp.class)
    static class SlowClock {
        @Bean
        @Primary
        InstantSource wrongClock() {
            return Clock.offset(Clock.tickMillis(ZoneOffset.UTC), Duration.ofHours(-2));
        }
    }

    FlowFixture(TestDatabase database) {
        this.database = database;
        Map<String, String> settings = new HashMap<>(RunningService.settings(database));
        settings.put("spring.grpc.client.channel.coordinator.target", "static://127.0.0.1:" + sagas.port());
        settings.put("ordersaga.order.branches.order", "o:1");
        settings.put("ordersaga.order.sweep.interval", "1h");
        settings.put("ordersaga.order-flow.outcome-wait", "20s");
        settings.put("ordersaga.order-flow.timers.interval", "1h");
        settings.put("ordersaga.order-flow.sweep.interval", "1h");
        service = RunningService.start(SlowClock.class, settings);
        sagas.orders(service.channel());
        lifecycle = service.bean(Lifecycle.class);
        table = Jdbi.create(database.dataSource())
                .installPlugin(new SqlObjectPlugin())
                .onDemand(FlowTable.class);
    }

    /// A new order that is being placed.
    String placing(Optional<String> couponId) {
        return placing(couponId, couponId.isPresent() ? 815 : 0, couponId.isPresent() ? 185 : 0);
    }

    /// A new order for which nothing is to be paid.
    String paidByCoupon() {
        return paidWithCoupon(2200, 500);
    }

    /// A new order whose coupon covers the first line and nothing of the second, which is worth 500.
    String paidWithFreePieces() {
        return paidWithCoupon(2200, 0);
    }

    private String paidWithCoupon(long firstDiscount, long secondDiscount) {
        String orderId = placing(Optional.of("8"), firstDiscount, secondDiscount);
        table.confirm(orderId, table.databaseTime());
        shop.payments.put(orderId, Participants.Payment.PENDING);
        if (!pay(orderId)) {
            throw new AssertionError("not paid");
        }
        return orderId;
    }

    private String placing(Optional<String> couponId, long firstDiscount, long secondDiscount) {
        String orderId = "order-" + count.incrementAndGet();
        Instant now = table.databaseTime();
        table.insert(new Order(
                orderId,
                "42",
                List.of(new OrderLine("1", 2, 1100, firstDiscount, 0), new OrderLine("2", 1, 500, secondDiscount, 0)),
                couponId,
                new Price("CNY", 2700, firstDiscount + secondDiscount),
                OrderState.PLACING,
                Optional.empty(),
                new Delivery(Optional.empty(), "", Optional.empty()),
                Progress.none(Optional.of(now.plusSeconds(1800))),
                "place/2",
                Optional.empty(),
                1,
                now,
                now));
        return orderId;
    }

    /// A new order that awaits its payment.
    String awaiting() {
        return awaiting(Optional.empty());
    }

    String awaiting(Optional<String> couponId) {
        String orderId = placing(couponId);
        table.confirm(orderId, table.databaseTime());
        shop.payments.put(orderId, Participants.Payment.PENDING);
        return orderId;
    }

    /// A new order that is paid.
    String paid(Optional<String> couponId) {
        String orderId = awaiting(couponId);
        if (!pay(orderId)) {
            throw new AssertionError("not paid");
        }
        return orderId;
    }

    /// The provider captures the money, and pay-service's saga marks the order; false when the payment is
    /// closed.
    boolean pay(String orderId) {
        if (!shop.capture(orderId)) {
            return false;
        }
        OrderPaidRequest request = OrderPaidRequest.newBuilder()
                .setOrderId(orderId)
                .setPaymentId("pay-" + orderId)
                .setPaidTime(Timestamp.newBuilder().setSeconds(1_800_000_000))
                .build();
        return sagas.run(DtmRequest.newBuilder()
                        .setGid("paid-pay-" + orderId)
                        .setSteps("[{\"action\":\"o:1/"
                                + OrderBranchesGrpc.getMarkPaidMethod().getFullMethodName()
                                + "\",\"compensate\":\"\"}]")
                        .addBinPayloads(request.toByteString())
                        .build())
                .isEmpty();
    }

    /// Calls a branch as the coordinator does.
    RawCalls.Answer branch(String gid, String op, String method, Message request) {
        return RawCalls.call(
                service.channel(),
                "ordersaga.order.v1.OrderBranches/" + method,
                new BranchContext(gid, "saga", "01", op).toMetadata(),
                List.of(request.toByteArray()));
    }

    Order order(String orderId) {
        return table.find(orderId).orElseThrow();
    }

    OrderState state(String orderId) {
        return order(orderId).state();
    }

    /// The types of its events, the oldest first.
    List<String> timeline(String orderId) {
        return table.findEvents(orderId, 0, 100).stream()
                .map(event -> event.type().name())
                .toList();
    }

    /// Nobody remembers which branches were called.
    void forgetBarriers() {
        database.update("DELETE FROM barrier");
    }

    @Override
    public void close() {
        service.close();
        sagas.close();
    }

    Order cancel(String orderId, Guard guard) {
        return lifecycle.cancel(orderId, CancelReason.USER, "changed my mind", guard);
    }

    Order ship(String orderId) {
        return lifecycle.ship(orderId, TRACKING, STAFF);
    }

    NewRefund whole(String orderId, boolean restock) {
        return new NewRefund(
                nextRefundId(), orderId, OptionalLong.empty(), Optional.empty(), List.of(), restock, "broken");
    }

    NewRefund amount(String orderId, long minor) {
        return new NewRefund(
                nextRefundId(), orderId, OptionalLong.of(minor), Optional.of("CNY"), List.of(), false, "late");
    }

    Refund lines(String orderId, String productId, int quantity, boolean restock) {
        return lifecycle.refund(
                new NewRefund(
                        nextRefundId(),
                        orderId,
                        OptionalLong.empty(),
                        Optional.empty(),
                        List.of(new Refund.Line(productId, quantity)),
                        restock,
                        "broken"),
                STAFF);
    }

    private String nextRefundId() {
        return "refund-" + refunds.incrementAndGet();
    }

    /// Sweeps as if what is PENDING had been submitted so long ago.
    void sweepAfter(String table, Duration age) {
        database.update(
                "UPDATE " + table + " SET submit_time = UTC_TIMESTAMP(3) - INTERVAL ? SECOND WHERE state = 'PENDING'",
                age.toSeconds());
        service.bean(FlowSweeper.class).sweep();
    }

    static RefusalException refusal(Callable<?> deed) {
        RefusalException refusal = catchThrowableOfType(RefusalException.class, deed::call);
        assertThat(refusal).as("refused").isNotNull();
        return refusal;
    }

    /// What each of them returned, or how it was refused; all begin at the same time.
    static List<Object> atOnce(List<Callable<Object>> deeds) throws Exception {
        CyclicBarrier start = new CyclicBarrier(deeds.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Object>> futures = new ArrayList<>();
            for (Callable<Object> deed : deeds) {
                futures.add(threads.submit(() -> {
                    start.await();
                    try {
                        return deed.call();
                    } catch (RefusalException e) {
                        return e;
                    }
                }));
            }
            List<Object> ends = new ArrayList<>();
            for (Future<Object> future : futures) {
                ends.add(future.get());
            }
            return ends;
        }
    }
}
