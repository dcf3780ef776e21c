package io.ordersaga.stock;

import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.BranchTransactions;
import io.ordersaga.stock.v1.OrderStockRequest;
import io.ordersaga.stock.v1.OrderStockResponse;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.stock.v1.ReservationResponse;
import io.ordersaga.stock.v1.RestockRequest;
import io.ordersaga.stock.v1.RestockResponse;
import io.ordersaga.stock.v1.StockBranchesGrpc;
import org.springframework.grpc.server.service.GrpcService;

/// What the coordinator calls: stock's steps of placing, paying, cancelling and refunding an order.
@GrpcService
class StockBranches extends StockBranchesGrpc.StockBranchesImplBase {
    private final BranchTransactions transactions;

    StockBranches(BranchTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void reserve(ReservationRequest request, StreamObserver<ReservationResponse> observer) {
        transactions.run(
                StockTable.class,
                (table, branch) ->
                        Reservations.reserve(table, branch.gid(), request.getOrderId(), StockProtos.lines(request)));
        observer.onNext(ReservationResponse.getDefaultInstance());
        observer.onCompleted();
    }

    @Override
    public void release(ReservationRequest request, StreamObserver<ReservationResponse> observer) {
        transactions.run(StockTable.class, (table, branch) -> Reservations.release(table, request.getOrderId()));
        observer.onNext(ReservationResponse.getDefaultInstance());
        observer.onCompleted();
    }

    @Override
    public void commit(OrderStockRequest request, StreamObserver<OrderStockResponse> observer) {
        transactions.run(StockTable.class, (table, branch) -> Reservations.commit(table, request.getOrderId()));
        observer.onNext(OrderStockResponse.getDefaultInstance());
        observer.onCompleted();
    }

    @Override
    public void restock(RestockRequest request, StreamObserver<RestockResponse> observer) {
        transactions.run(
                StockTable.class,
                (table, branch) -> Reservations.restock(
                        table,
                        branch.gid(),
                        new Reservations.Refund(request.getOrderId(), request.getRefundId()),
                        StockProtos.asked(request)));
        observer.onNext(RestockResponse.getDefaultInstance());
        observer.onCompleted();
    }
}
