package io.ordersaga.testkit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/// An empty schema of its own with a user that has rights on it only, on a real server. Thread-safe.
public final class TestDatabase implements AutoCloseable {
    /// The longest user name that MySQL takes.
    private static final int NAME_LENGTH_MAX = 32;

    /// Enough for the tests that race many callers, well below what the server accepts.
    private static final int POOL_SIZE = 24;

    private static final String PASSWORD = "test-only";
    private static final String FLAGS = "connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true"
            + "&useServerPrepStmts=true&cachePrepStmts=true&rewriteBatchedStatements=true"
            + "&connectTimeout=5000&socketTimeout=60000";

    private final String name;
    private final HikariDataSource pool;

    private TestDatabase(String name) {
        this.name = name;
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl());
        config.setUsername(username());
        config.setPassword(password());
        config.setMaximumPoolSize(POOL_SIZE);
        config.setMinimumIdle(0);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        this.pool = new HikariDataSource(config);
    }

    /// Creates a schema whose name starts with `label`, which is cut when it is too long.
    public static TestDatabase create(String label) {
        byte[] random = new byte[4];
        ThreadLocalRandom.current().nextBytes(random);
        String suffix = "_" + HexFormat.of().formatHex(random);
        String name = label.substring(0, Math.min(label.length(), NAME_LENGTH_MAX - suffix.length())) + suffix;
        execute(
                "CREATE DATABASE " + name + " CHARACTER SET utf8mb4",
                "CREATE USER '" + name + "'@'%' IDENTIFIED BY '" + PASSWORD + "'",
                "GRANT ALL PRIVILEGES ON " + name + ".* TO '" + name + "'@'%'");
        return new TestDatabase(name);
    }

    /// The schema's name, which is also its user's.
    public String name() {
        return name;
    }

    public String jdbcUrl() {
        String server = TestServer.get().rootUrl().replaceFirst("\\?.*", "");
        return server + (server.endsWith("/") ? "" : "/") + name + "?" + FLAGS;
    }

    public String username() {
        return name;
    }

    public String password() {
        return PASSWORD;
    }

    /// A pool of connections at READ COMMITTED, as the programs have it.
    public DataSource dataSource() {
        return pool;
    }

    /// A connection outside the pool; the caller closes it.
    public Connection openConnection() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), username(), password());
    }

    /// The server itself with its all-powerful account, for what makes schemas of its own.
    public static String serverUrl() {
        return TestServer.get().rootUrl();
    }

    /// A connection with the server's all-powerful account, to cause trouble with; the caller closes it.
    public Connection openRootConnection() throws SQLException {
        return TestServer.get().connect();
    }

    /// Runs the Flyway migrations of the given locations, such as `classpath:db/migration`.
    public TestDatabase migrate(String... locations) {
        Flyway.configure().dataSource(pool).locations(locations).load().migrate();
        return this;
    }

    /// The same up to `version`, for the rows of a release before.
    public TestDatabase migrateTo(String version, String... locations) {
        Flyway.configure()
                .dataSource(pool)
                .locations(locations)
                .target(version)
                .load()
                .migrate();
        return this;
    }

    /// Runs one statement, such as to make the rows that a test is about; returns how many it changed.
    public int update(String sql, Object... values) {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = bound(connection, sql, values)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The rows of a query as text, with `, ` between their columns.
    public List<String> rows(String sql, Object... values) {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = bound(connection, sql, values);
                ResultSet result = statement.executeQuery()) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(result.getObject(i)));
                }
                rows.add(String.join(", ", columns));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        pool.close();
        execute("DROP DATABASE IF EXISTS " + name, "DROP USER IF EXISTS '" + name + "'@'%'");
    }

    private static PreparedStatement bound(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private static void execute(String... statements) {
        try (Connection connection = TestServer.get().connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The test database refused: " + e.getMessage(), e);
        }
    }
}
