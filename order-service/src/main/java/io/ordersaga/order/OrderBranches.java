package io.ordersaga.order;

import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.BranchTransactions;
import io.ordersaga.order.v1.OrderBranchesGrpc;
import io.ordersaga.order.v1.PlacementRequest;
import io.ordersaga.order.v1.PlacementResponse;
import io.ordersaga.saga.client.BranchRefusedException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the coordinator calls while it places an order. Each call goes through the barrier, which hands it the table in
/// its transaction; each statement also holds by itself, by the order's state, should the barrier have forgotten.
final class OrderBranches extends OrderBranchesGrpc.OrderBranchesImplBase {
    private static final Logger log = LoggerFactory.getLogger(OrderBranches.class);

    private final BranchTransactions transactions;
    private final InstantSource clock;

    OrderBranches(BranchTransactions transactions, InstantSource clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public void begin(PlacementRequest request, StreamObserver<PlacementResponse> answer) {
        transactions.run(
                OrderTable.class, (orders, branch) -> require(orders, request.getOrderId(), OrderState.PLACING));
        succeed(answer);
    }

    @Override
    public void reject(PlacementRequest request, StreamObserver<PlacementResponse> answer) {
        transactions.run(OrderTable.class, (orders, branch) -> {
            Rejection rejection = OrderProtos.rejection(branch.rejection());
            if (orders.reject(request.getOrderId(), rejection, clock.instant())) {
                log.info("Rejected: {}", rejection.reason());
            }
        });
        succeed(answer);
    }

    @Override
    public void confirm(PlacementRequest request, StreamObserver<PlacementResponse> answer) {
        transactions.run(OrderTable.class, (orders, branch) -> {
            if (orders.confirm(request.getOrderId(), clock.instant())) {
                log.info("Placed; it awaits its payment");
            } else {
                require(orders, request.getOrderId(), OrderState.AWAITING_PAYMENT);
            }
        });
        succeed(answer);
    }

    private static void require(OrderTable orders, String orderId, OrderState wanted) {
        Optional<OrderState> state = orders.findState(orderId);
        if (state.isEmpty()) {
            throw new BranchRefusedException(
                    Refusals.DOMAIN.name(),
                    Refusals.ORDER_NOT_FOUND,
                    "there is no order " + orderId,
                    Map.of("order_id", orderId));
        }
        if (state.get() != wanted) {
            throw new BranchRefusedException(
                    Refusals.DOMAIN.name(),
                    Refusals.ORDER_STATE_CONFLICT,
                    "order " + orderId + " is " + state.get() + ", not " + wanted,
                    Map.of("order_id", orderId, "state", state.get().name()));
        }
    }

    private static void succeed(StreamObserver<PlacementResponse> answer) {
        answer.onNext(PlacementResponse.getDefaultInstance());
        answer.onCompleted();
    }
}
