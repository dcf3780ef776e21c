package io.ordersaga.audit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// Checks the [Invariant]s one after the other. Thread-safe as long as each thread brings a connection of its own.
public final class Auditor {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int VALUE_LENGTH_MAX = 200;
    private static final String SNAPSHOT = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

    private final List<Invariant> invariants;
    private final Schemas schemas;
    private final Limits limits;
    private final InstantSource clock;

    /// How an audit is bounded.
    ///
    /// @param grace how long a row must be at rest before it counts, in whole seconds; zero when nothing runs
    /// @param examples how many of the rows that break a rule are told
    /// @param ruleTimeout after which one query is given up, which fails the audit
    public record Limits(Duration grace, int examples, Duration ruleTimeout) {
        public Limits {
            if (grace.isNegative() || examples < 0 || ruleTimeout.toSeconds() < 1) {
                throw new IllegalArgumentException(
                        "grace %s, examples %d, ruleTimeout %s".formatted(grace, examples, ruleTimeout));
            }
        }

        /// 2 minutes of grace, 20 examples, a minute for each rule.
        public static Limits standard() {
            return new Limits(Duration.ofMinutes(2), 20, Duration.ofMinutes(1));
        }

        public Limits withGrace(Duration other) {
            return new Limits(other, examples, ruleTimeout);
        }
    }

    public Auditor(Schemas schemas, Limits limits, InstantSource clock) {
        this(Invariants.all(), schemas, limits, clock);
    }

    Auditor(List<Invariant> invariants, Schemas schemas, Limits limits, InstantSource clock) {
        this.invariants = List.copyOf(invariants);
        this.schemas = schemas;
        this.limits = limits;
        this.clock = clock;
    }

    /// Connects, audits, and leaves.
    ///
    /// @param url JDBC URL of the server, with a schema or without
    /// @throws AuditFailedException when the server does not answer, or a query is refused, fails or takes too long
    public AuditResult run(String url, String user, String password) {
        String limited = url + (url.contains("?") ? "&" : "?") + "connectTimeout=" + CONNECT_MILLIS;
        try (Connection connection = DriverManager.getConnection(limited, user, password)) {
            return run(connection);
        } catch (SQLException e) {
            throw new AuditFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    /// Reads one snapshot of all schemas; the connection is as it was afterwards.
    ///
    /// @throws SQLException when a query is refused, fails or takes too long; nothing is known then
    public AuditResult run(Connection connection) throws SQLException {
        int isolation = connection.getTransactionIsolation();
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement()) {
            statement.execute(SNAPSHOT);
            try {
                return check(connection);
            } finally {
                statement.execute("ROLLBACK");
            }
        } finally {
            connection.setTransactionIsolation(isolation);
        }
    }

    /// How many orders, refunds, payments and sagas have not come to their end; an audit without grace makes sense when
    /// it is 0.
    ///
    /// @throws SQLException when the query is refused, fails or takes too long
    public long underWay(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(Math.toIntExact(limits.ruleTimeout().toSeconds()));
            try (ResultSet row = statement.executeQuery(schemas.named(Invariants.UNDER_WAY, Map.of()))) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /// The same in the transaction that the connection is in, with what it has changed.
    AuditResult check(Connection connection) throws SQLException {
        Instant time = clock.instant();
        long began = System.nanoTime();
        List<Finding> findings = new ArrayList<>();
        for (Invariant invariant : invariants) {
            findings.add(check(connection, invariant));
        }
        return new AuditResult(time, since(began), findings);
    }

    private Finding check(Connection connection, Invariant invariant) throws SQLException {
        long began = System.nanoTime();
        long violations = 0;
        List<String> examples = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            // Row by row: a broken rule may have more rows than memory has room for.
            statement.setFetchSize(Integer.MIN_VALUE);
            statement.setQueryTimeout(Math.toIntExact(limits.ruleTimeout().toSeconds()));
            try (ResultSet rows = statement.executeQuery(sql(invariant))) {
                while (rows.next()) {
                    violations++;
                    if (examples.size() < limits.examples()) {
                        examples.add(text(rows));
                    }
                }
            }
        } catch (SQLException e) {
            throw new SQLException(invariant.rule() + " could not be checked: " + e.getMessage(), e.getSQLState(), e);
        }
        return new Finding(invariant.rule(), invariant.promise(), violations, examples, since(began));
    }

    private String sql(Invariant invariant) {
        Map<String, String> grace = Map.of("grace", Long.toString(limits.grace().toSeconds()));
        String busy = schemas.named(Invariants.BUSY, grace);
        return schemas.named(
                invariant.violations(),
                Map.of("grace", Long.toString(limits.grace().toSeconds()), "busy", busy));
    }

    private static String text(ResultSet row) throws SQLException {
        ResultSetMetaData columns = row.getMetaData();
        StringJoiner text = new StringJoiner(", ");
        for (int column = 1; column <= columns.getColumnCount(); column++) {
            String value = String.valueOf(row.getString(column));
            text.add(columns.getColumnLabel(column) + "="
                    + (value.length() > VALUE_LENGTH_MAX ? value.substring(0, VALUE_LENGTH_MAX) + "..." : value));
        }
        return text.toString();
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
