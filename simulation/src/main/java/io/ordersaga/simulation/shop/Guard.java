package io.ordersaga.simulation.shop;

import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BarrierOutcome;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.SqlWork;
import java.sql.SQLException;
import javax.sql.DataSource;

/// What stands before a participant's work.
public interface Guard {

    BarrierOutcome call(BranchContext branch, SqlWork work) throws SQLException;

    /// The barrier of production.
    static Guard barrier(DataSource dataSource) {
        Barrier barrier = new Barrier(dataSource);
        return (branch, work) -> barrier.of(branch).call(work);
    }
}
