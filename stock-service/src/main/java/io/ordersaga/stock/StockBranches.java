package io.ordersaga.stock;

import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.BranchTransactions;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.stock.v1.ReservationResponse;
import io.ordersaga.stock.v1.StockBranchesGrpc;
import org.springframework.grpc.server.service.GrpcService;

/// What the coordinator calls: stock's step of placing an order.
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
}
