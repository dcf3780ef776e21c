package io.ordersaga.order.flow;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.BranchTransactions;
import io.ordersaga.order.OrderChange;
import io.ordersaga.order.OrderEvent;
import io.ordersaga.order.OrderProtos;
import io.ordersaga.order.OrderState;
import io.ordersaga.order.OrderTable;
import io.ordersaga.order.Refusals;
import io.ordersaga.order.Rejection;
import io.ordersaga.order.v1.CancellationRequest;
import io.ordersaga.order.v1.CancellationResponse;
import io.ordersaga.order.v1.OrderBranchesGrpc;
import io.ordersaga.order.v1.OrderPaidRequest;
import io.ordersaga.order.v1.OrderPaidResponse;
import io.ordersaga.order.v1.OrderRefundRequest;
import io.ordersaga.order.v1.OrderRefundResponse;
import io.ordersaga.order.v1.PlacementRequest;
import io.ordersaga.order.v1.PlacementResponse;
import io.ordersaga.saga.client.BranchContext;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the coordinator calls. Each call goes through the barrier, which hands it the table in its
/// transaction; each statement also holds by itself, by the state of the order or of what is done to it,
/// should the barrier have forgotten.
final class OrderBranches extends OrderBranchesGrpc.OrderBranchesImplBase {
    private static final Logger log = LoggerFactory.getLogger(OrderBranches.class);

    private final BranchTransactions transactions;
    private final FlowTable flow;

    /// @param flow to read what a transaction has left
    OrderBranches(BranchTransactions transactions, FlowTable flow) {
        this.transactions = transactions;
        this.flow = flow;
    }

    @Override
    public void begin(PlacementRequest request, StreamObserver<PlacementResponse> answer) {
        transactions.run(OrderTable.class, (orders, branch) -> {
            OrderState state = state(orders, request.getOrderId());
            if (state != OrderState.PLACING) {
                throw FlowRefusals.branch(FlowRefusals.stateConflict(request.getOrderId(), state));
            }
        });
        succeed(answer, PlacementResponse.getDefaultInstance());
    }

    @Override
    public void reject(PlacementRequest request, StreamObserver<PlacementResponse> answer) {
        transactions.run(OrderTable.class, (orders, branch) -> {
            Rejection rejection = OrderProtos.rejection(branch.rejection());
            if (orders.reject(request.getOrderId(), rejection, orders.databaseTime())) {
                log.info("Rejected: {}", rejection.reason());
            }
        });
        succeed(answer, PlacementResponse.getDefaultInstance());
    }

    @Override
    public void confirm(PlacementRequest request, StreamObserver<PlacementResponse> answer) {
        transactions.run(OrderTable.class, (orders, branch) -> {
            if (orders.confirm(request.getOrderId(), orders.databaseTime())) {
                log.info("Placed; it awaits its payment");
                return;
            }
            OrderState state = state(orders, request.getOrderId());
            switch (state) {
                case PLACING, REJECTED ->
                    throw FlowRefusals.branch(FlowRefusals.stateConflict(request.getOrderId(), state));
                // Confirmed before, and gone on since.
                case AWAITING_PAYMENT, PAID, SHIPPED, COMPLETED, CANCELLING, CANCELLED, REFUNDING, REFUNDED -> {}
            }
        });
        succeed(answer, PlacementResponse.getDefaultInstance());
    }

    @Override
    public void markPaid(OrderPaidRequest request, StreamObserver<OrderPaidResponse> answer) {
        transactions.run(OrderTable.class, (orders, branch) -> markPaid(orders, request, branch));
        succeed(answer, OrderPaidResponse.getDefaultInstance());
    }

    private void markPaid(OrderTable orders, OrderPaidRequest request, BranchContext branch) {
        String orderId = request.getOrderId();
        OrderChange change = OrderChange.of(orderId, OrderEvent.Type.PAID, OrderState.PAID)
                .from(OrderState.AWAITING_PAYMENT)
                .paid(request.getPaymentId(), instant(request.getPaidTime()))
                .in(branch.gid());
        if (orders.change(change, orders.databaseTime())) {
            log.info("Paid with payment {}", request.getPaymentId());
            return;
        }
        OrderState state = state(orders, orderId);
        switch (state) {
            // The placement is about to end; the cancellation is about to find out that it came too late.
            case PLACING, CANCELLING -> throw FlowRefusals.notYet(orderId, state);
            case REJECTED, CANCELLED -> {
                log.error("Payment {} was made for an order that is {}", request.getPaymentId(), state);
                throw FlowRefusals.branch(FlowRefusals.stateConflict(orderId, state));
            }
            case AWAITING_PAYMENT, PAID, SHIPPED, COMPLETED, REFUNDING, REFUNDED -> {}
        }
    }

    @Override
    public void beginCancel(CancellationRequest request, StreamObserver<CancellationResponse> answer) {
        transactions.run(
                FlowTable.class,
                (table, branch) -> CancelOrder.begin(table, cancellation(table, request), table.databaseTime()));
        // Read afterwards, so that a repeated call refuses again: the barrier keeps it from the work.
        refuseIf(cancellation(flow, request).failure());
        succeed(answer, CancellationResponse.getDefaultInstance());
    }

    @Override
    public void undoCancel(CancellationRequest request, StreamObserver<CancellationResponse> answer) {
        transactions.run(
                FlowTable.class,
                (table, branch) -> CancelOrder.undo(
                        table,
                        cancellation(table, request),
                        OrderProtos.rejection(branch.rejection()),
                        table.databaseTime()));
        succeed(answer, CancellationResponse.getDefaultInstance());
    }

    @Override
    public void confirmCancel(CancellationRequest request, StreamObserver<CancellationResponse> answer) {
        transactions.run(
                FlowTable.class,
                (table, branch) -> CancelOrder.confirm(table, cancellation(table, request), table.databaseTime()));
        succeed(answer, CancellationResponse.getDefaultInstance());
    }

    @Override
    public void beginRefund(OrderRefundRequest request, StreamObserver<OrderRefundResponse> answer) {
        transactions.run(
                FlowTable.class,
                (table, branch) -> RefundOrder.begin(table, refund(table, request), table.databaseTime()));
        refuseIf(refund(flow, request).refund().failure());
        succeed(answer, OrderRefundResponse.getDefaultInstance());
    }

    @Override
    public void undoRefund(OrderRefundRequest request, StreamObserver<OrderRefundResponse> answer) {
        transactions.run(
                FlowTable.class,
                (table, branch) -> RefundOrder.undo(
                        table,
                        refund(table, request),
                        OrderProtos.rejection(branch.rejection()),
                        table.databaseTime()));
        succeed(answer, OrderRefundResponse.getDefaultInstance());
    }

    @Override
    public void confirmRefund(OrderRefundRequest request, StreamObserver<OrderRefundResponse> answer) {
        transactions.run(
                FlowTable.class,
                (table, branch) -> RefundOrder.confirm(table, refund(table, request), table.databaseTime()));
        succeed(answer, OrderRefundResponse.getDefaultInstance());
    }

    private static OrderState state(OrderTable orders, String orderId) {
        return orders.findState(orderId).orElseThrow(() -> FlowRefusals.branchOrderNotFound(orderId));
    }

    private static Cancellation cancellation(FlowTable table, CancellationRequest request) {
        return Cancellation.number(request.getOrderId(), request.getCancellationId())
                .flatMap(number -> table.find(request.getOrderId(), number))
                .orElseThrow(() -> FlowRefusals.branchNotFound(
                        FlowRefusals.CANCELLATION_NOT_FOUND, "cancellation_id", request.getCancellationId()));
    }

    private static OpenRefund refund(FlowTable table, OrderRefundRequest request) {
        return table.findOpenRefund(request.getOrderId(), request.getRefundId())
                .orElseThrow(() ->
                        FlowRefusals.branchNotFound(Refusals.REFUND_NOT_FOUND, "refund_id", request.getRefundId()));
    }

    private static void refuseIf(Optional<Rejection> failure) {
        if (failure.isPresent()) {
            throw FlowRefusals.branch(failure.get());
        }
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    private static <T extends Message> void succeed(StreamObserver<T> answer, T message) {
        answer.onNext(message);
        answer.onCompleted();
    }
}
