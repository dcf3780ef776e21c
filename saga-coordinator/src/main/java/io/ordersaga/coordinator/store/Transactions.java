package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Lease;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.LongConsumer;

/// The database as the writer sees it. Safe for any number of threads.
interface Transactions {

    /// Writes everything in one transaction; the same batch again changes nothing more. After an exception
    /// either all of it is written, or nothing.
    ///
    /// @return the verdicts by saga id: stored, lost or taken
    Map<Long, Verdict> write(Batch batch) throws SQLException;

    /// Lets nobody work on a saga until somebody has looked at it.
    void park(Lease lease, String reason) throws SQLException;

    /// Whom to tell how long each commit took, in nanoseconds, rows not counted.
    void onCommit(LongConsumer listener);
}
