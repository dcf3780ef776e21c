package io.ordersaga.bench.chaos;

import io.ordersaga.bench.lab.Server;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Looks at the sagas that ended lately, again and again, and notices one whose end changes. Thread-safe.
final class StatusWatch implements AutoCloseable {
    private static final long INTERVAL_NANOS = 500_000_000;
    private static final String ENDED_LATELY = """
            SELECT CAST(gid AS CHAR), status
            FROM saga
            WHERE finished > UTC_TIMESTAMP(6) - INTERVAL 20 SECOND
            """;
    private static final String ALL = "SELECT CAST(gid AS CHAR), status FROM saga WHERE finished IS NOT NULL";

    private final Server server;
    private final Map<String, String> seen = new ConcurrentHashMap<>();
    private final Queue<String> changed = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread;

    StatusWatch(Server server) {
        this.server = server;
        this.thread = Thread.ofPlatform().daemon().start(this::watch);
    }

    private void watch() {
        while (!over.get()) {
            try {
                look(ENDED_LATELY);
            } catch (IllegalStateException e) {
                // The database is one of those that are killed: it is asked again.
                LockSupport.parkNanos(INTERVAL_NANOS);
            }
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
    }

    private void look(String sql) {
        for (List<String> row : server.rows(Cluster.SAGAS, sql)) {
            String before = seen.putIfAbsent(row.getFirst(), row.getLast());
            if (before != null && !before.equals(row.getLast())) {
                changed.add(row.getFirst() + " was " + before + " and is " + row.getLast());
            }
        }
    }

    /// What had ended and then ended otherwise, or went on; to be called when everything is quiet.
    List<String> changed() {
        look(ALL);
        for (List<String> row :
                server.rows(Cluster.SAGAS, "SELECT CAST(gid AS CHAR), status FROM saga WHERE finished IS NULL")) {
            if (seen.containsKey(row.getFirst())) {
                changed.add(row.getFirst() + " had ended and is " + row.getLast());
            }
        }
        return List.copyOf(changed);
    }

    @Override
    public void close() {
        over.set(true);
        thread.interrupt();
    }
}
