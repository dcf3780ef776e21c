package io.ordersaga.coordinator.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/// What an SQL error says about trying again.
enum SqlTrouble {
    /// Somebody else held a lock: nothing was written, and the whole transaction may be tried again.
    LOCK,
    /// The connection died, perhaps after the commit: another connection may find out.
    CONNECTION,
    /// The content of a row is wrong: trying again brings the same, without this row it may work.
    ROW,
    /// There is no database, or it takes no writes at all.
    DATABASE;

    /// Lock wait timeout, deadlock, record changed since it was read (MariaDB), a lock that was not free at once,
    /// and TiDB's write conflict.
    private static final Set<Integer> LOCK_CODES = Set.of(1205, 1213, 1020, 3572, 9007);
    /// Packet too big, value too large for a row, wrong string, failed check of MySQL and of MariaDB.
    private static final Set<Integer> ROW_CODES = Set.of(1118, 1153, 1301, 1366, 3819, 4025);

    static SqlTrouble of(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        int code = failure.getErrorCode();
        if (LOCK_CODES.contains(code) || state.startsWith("40")) {
            return LOCK;
        }
        if (ROW_CODES.contains(code) || state.startsWith("22") || state.startsWith("23")) {
            return ROW;
        }
        // The pool's own word for: no connection to be had.
        if (failure instanceof SQLTransientConnectionException && failure.getErrorCode() == 0) {
            return DATABASE;
        }
        return state.startsWith("08") ? CONNECTION : DATABASE;
    }

    /// Whether the same statement, sent again, may have another result.
    boolean mayPass() {
        return this == LOCK || this == CONNECTION;
    }
}
