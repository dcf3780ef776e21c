package io.ordersaga.bench.scenario;

import io.ordersaga.bench.lab.Server;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a database server has done since it was started.
///
/// @param statements all of them, also those of other users
/// @param commits of transactions that wrote something
/// @param rowWrites inserted, changed or deleted in tables that are no internal ones
/// @param binlogBytes written to the binary log; -1 when it is off
public record DatabaseCost(long statements, long commits, long rowWrites, long binlogBytes) {

    static DatabaseCost now(Server server) {
        Map<String, Long> status = new HashMap<>();
        for (List<String> row : server.rows("", "SHOW GLOBAL STATUS")) {
            if (row.getLast().matches("\\d{1,18}")) {
                status.put(row.getFirst().toLowerCase(Locale.ROOT), Long.parseLong(row.getLast()));
            }
        }
        // MariaDB counts what it writes to the binary log; MySQL's performance schema is on and counts transactions.
        Long binlogCommits = status.get("binlog_commits");
        long commits = binlogCommits == null
                ? server.number(
                        "",
                        "SELECT COUNT_READ_WRITE FROM performance_schema.events_transactions_summary_global_by_event_name"
                                + " WHERE EVENT_NAME = 'transaction'")
                : binlogCommits;
        long writes = status.getOrDefault("handler_write", 0L)
                + status.getOrDefault("handler_update", 0L)
                + status.getOrDefault("handler_delete", 0L);
        if (status.containsKey("innodb_rows_inserted")) {
            writes = status.getOrDefault("innodb_rows_inserted", 0L)
                    + status.getOrDefault("innodb_rows_updated", 0L)
                    + status.getOrDefault("innodb_rows_deleted", 0L);
        }
        return new DatabaseCost(status.getOrDefault("questions", 0L), commits, writes, binlog(server));
    }

    private static long binlog(Server server) {
        return server.rows("", "SHOW BINARY LOGS").stream()
                .mapToLong(row -> Long.parseLong(row.get(1)))
                .sum();
    }

    DatabaseCost minus(DatabaseCost earlier) {
        return new DatabaseCost(
                statements - earlier.statements,
                commits - earlier.commits,
                rowWrites - earlier.rowWrites,
                binlogBytes - earlier.binlogBytes);
    }

    DatabaseCost plus(DatabaseCost other) {
        return new DatabaseCost(
                statements + other.statements,
                commits + other.commits,
                rowWrites + other.rowWrites,
                binlogBytes + other.binlogBytes);
    }
}
