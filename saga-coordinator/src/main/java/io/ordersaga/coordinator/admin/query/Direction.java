package io.ordersaga.coordinator.admin.query;

/// In which order transactions are looked at: by the time of their submit.
public enum Direction {
    NEWEST_FIRST("DESC"),
    OLDEST_FIRST("ASC");

    private final String sql;

    Direction(String sql) {
        this.sql = sql;
    }

    String sql() {
        return sql;
    }
}
