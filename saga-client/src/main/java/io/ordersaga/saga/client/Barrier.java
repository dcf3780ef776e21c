package io.ordersaga.saga.client;

import javax.sql.DataSource;

/// DTM's sub-transaction barrier: each branch operation takes effect once, although the coordinator repeats calls,
/// calls compensations whose action never ran, and may be overtaken by its own late requests.
///
/// It needs the table of `db/barrier/V0_1__create_barrier.sql` in the schema that holds the business rows, because
/// its row and theirs must be one transaction. Thread-safe.
public final class Barrier {
    private final DataSource dataSource;

    public Barrier(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /// The barrier of one invocation of a branch's handler. Make a new one each time the handler is called: its calls
    /// are
    /// numbered from 01, and a repeated invocation must find the numbers of the first.
    public BranchBarrier of(BranchContext branch) {
        return new BranchBarrier(dataSource, branch);
    }
}
