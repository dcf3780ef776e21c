package io.ordersaga.kit;

import io.grpc.stub.StreamObserver;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.stock.v1.ReservationResponse;
import io.ordersaga.stock.v1.StockBranchesGrpc;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// A program with a database whose branches do what a test scripts.
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({GrpcServing.class, DatabaseAccess.class, BranchServing.class})
class BranchProgram {
    static volatile BranchTransactions.Work<EffectTable> work = (table, branch) -> {};

    interface EffectTable {
        @SqlUpdate("INSERT INTO effect (order_id, gid) VALUES (:orderId, :gid)")
        void insert(@Bind("orderId") String orderId, @Bind("gid") String gid);

        @SqlUpdate("UPDATE effect SET gid = :gid WHERE order_id = :orderId")
        void update(@Bind("orderId") String orderId, @Bind("gid") String gid);

        @SqlQuery("SELECT @@transaction_isolation")
        String isolation();
    }

    @Bean
    ErrorDomain errorDomain() {
        return new ErrorDomain("test.ordersaga");
    }

    @Bean
    StockBranchesGrpc.StockBranchesImplBase branches(BranchTransactions transactions) {
        return new StockBranchesGrpc.StockBranchesImplBase() {
            @Override
            public void reserve(ReservationRequest request, StreamObserver<ReservationResponse> observer) {
                transactions.run(EffectTable.class, work);
                observer.onNext(ReservationResponse.getDefaultInstance());
                observer.onCompleted();
            }
        };
    }
}
