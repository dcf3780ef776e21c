package io.ordersaga.saga.client;

import javax.sql.DataSource;

/// DTM's sub-transaction barrier: each branch operation takes effect once, although the coordinator
/// repeats calls, calls compensations whose action never ran, and may be overtaken by its own late
/// requests.
///
/// It needs the table of `db/barrier/V0_1__create_barrier.sql` in the schema that holds the business
/// rows, because its row and theirs must be one transaction; or DTM's own table, see [#onDtmTable()].
/// Immutable and thread-safe.
///
/// ```java
/// barrier.of(BranchContext.current()).call(connection -> stock.reserve(connection, request));
/// ```
/// With JDBI the work opens its handle on the connection, which stays the barrier's:
/// ```java
/// barrier.of(branch).call(connection -> {
///     try (Handle handle = Jdbi.open(connection)) {
///         handle.execute("UPDATE ...");
///     }
/// });
/// ```
/// With Spring, `saga-spring-boot-starter` has a barrier that joins Spring's transactions.
public final class Barrier {
    /// Where DTM's clients look for their barrier rows unless they are told otherwise.
    public static final String DTM_TABLE = "dtm_barrier.barrier";

    private final BarrierTransactions transactions;
    private final BarrierTable.Layout layout;

    private Barrier(BarrierTransactions transactions, BarrierTable.Layout layout) {
        this.transactions = transactions;
        this.layout = layout;
    }

    /// A barrier with transactions of its own, each on a connection of `dataSource`.
    public Barrier(DataSource dataSource) {
        this(new OwnTransaction(dataSource));
    }

    /// A barrier in the transactions of a framework.
    public Barrier(BarrierTransactions transactions) {
        this(transactions, OwnBarrierTable::new);
    }

    /// The same barrier with its rows in [#DTM_TABLE], which participants with DTM's own clients share;
    /// see [#onDtmTable(String)].
    public Barrier onDtmTable() {
        return onDtmTable(DTM_TABLE);
    }

    /// The same barrier with its rows in a table that has the columns of DTM's
    /// `dtmcli.barrier.mysql.sql`, on the server of the business rows and writable by their user.
    /// Participants in Go and in Java that share it guard each other: an action of the one is undone, or
    /// kept out, by a compensation of the other.
    ///
    /// @param table `table` or `schema.table`, of letters, digits, `_` and `$`
    public Barrier onDtmTable(String table) {
        return new Barrier(transactions, DtmBarrierTable.layout(table));
    }

    /// The barrier of one invocation of a branch's handler. Make a new one each time the handler is
    /// called: its calls are numbered from 01, and a repeated invocation must find the numbers of the
    /// first.
    public BranchBarrier of(BranchContext branch) {
        return new BranchBarrier(transactions, layout, branch);
    }
}
