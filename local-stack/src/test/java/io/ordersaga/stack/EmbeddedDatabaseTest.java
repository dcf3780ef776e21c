package io.ordersaga.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.stack.process.PidFile;
import io.ordersaga.stack.process.StartFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The server that comes with the build. Not one of the database tests: there is nothing of another server in it.
@Execution(ExecutionMode.CONCURRENT)
class EmbeddedDatabaseTest {
    private static final String PASSWORD = "only-for-this-test";
    private static final List<String> SCHEMAS =
            List.of("ordersaga_order", "ordersaga_stock", "ordersaga_coupon", "ordersaga_pay", "ordersaga_saga");

    /// With a blank and longer than a socket's name may be: people keep their work in such folders.
    @TempDir
    private Path temporary;

    @Test
    void keepsItsDataOverARestartAndOverAKill() throws Exception {
        try (EmbeddedDatabase database = start(0)) {
            execute(
                    database,
                    "CREATE DATABASE kept",
                    "CREATE TABLE kept.t (id INT PRIMARY KEY)",
                    "INSERT INTO kept.t VALUES (7)");
        }
        try (EmbeddedDatabase database = start(0)) {
            assertThat(query(database, "SELECT id FROM kept.t")).containsExactly("7");
            execute(database, "INSERT INTO kept.t VALUES (8)");
            database.child().kill();
        }
        try (EmbeddedDatabase database = start(0)) {
            assertThat(query(database, "SELECT id FROM kept.t ORDER BY id")).containsExactly("7", "8");
        }
    }

    @Test
    void isDurableStrictInUtcAndOpenToNobodyWithoutAPassword() throws Exception {
        try (EmbeddedDatabase database = start(0)) {
            assertThat(query(database, """
                    SELECT CONCAT_WS('|', @@innodb_flush_log_at_trx_commit, @@time_zone, @@transaction_isolation,
                                          @@bind_address, @@character_set_server,
                                          @@sql_mode LIKE '%STRICT_TRANS_TABLES%')
                    """)).containsExactly("1|+00:00|READ-COMMITTED|127.0.0.1|utf8mb4|1");
            for (String user : List.of("root", "", "ordersaga_order")) {
                Account account = new Account("jdbc:mysql://127.0.0.1:" + database.port() + "/", user, "");
                assertThatThrownBy(() -> connect(account))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("Access denied");
            }
        }
    }

    @Test
    void eachUserHasRightsOnItsOwnSchemaOnlyAndTheAuditorReadsAllOfThem() throws Exception {
        try (EmbeddedDatabase database = start(0)) {
            Secrets secrets = new Secrets(temporary.resolve("secrets.properties"));
            DatabaseServer server = DatabaseServer.embedded(database.port(), PASSWORD);
            server.createSchemas(secrets);
            // Every start does it again.
            server.createSchemas(secrets);
            for (String schema : SCHEMAS) {
                try (Connection connection = connect(server.account(schema, secrets));
                        Statement statement = connection.createStatement()) {
                    statement.execute("CREATE TABLE own (id INT PRIMARY KEY)");
                    statement.execute("INSERT INTO own VALUES (1)");
                    for (String other : SCHEMAS) {
                        if (!other.equals(schema)) {
                            assertRefused(statement, "USE " + other);
                            assertRefused(statement, "CREATE TABLE " + other + ".foreign_table (id INT)");
                        }
                    }
                    assertRefused(statement, "CREATE DATABASE another");
                    assertRefused(statement, "SELECT * FROM mysql.user");
                }
            }
            try (Connection connection = connect(server.auditor(secrets));
                    Statement statement = connection.createStatement()) {
                for (String schema : SCHEMAS) {
                    statement.execute("SELECT id FROM " + schema + ".own");
                    assertRefused(statement, "UPDATE " + schema + ".own SET id = 2");
                    assertRefused(statement, "CREATE TABLE " + schema + ".another (id INT)");
                }
            }
        }
    }

    @Test
    void dataOfAnotherPasswordIsToldWithTheWayOut() {
        start(0).close();
        EmbeddedDatabase.Settings same = settings(0);
        EmbeddedDatabase.Settings other = new EmbeddedDatabase.Settings(
                same.serverFolder(), same.dataFolder(), same.logFile(), 0, "another", same.pidFile());

        assertThatThrownBy(() -> EmbeddedDatabase.start(other))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("secrets.properties")
                .hasMessageContaining("--fresh");
        assertThat(same.pidFile().running()).isEmpty();
        assertThat(other.toString()).doesNotContain("another");
    }

    @Test
    void anInterruptedInstallationIsDoneAgain() throws Exception {
        Path data = settings(0).dataFolder();
        Files.createDirectories(data);
        Files.createDirectories(data.resolveSibling("data-unfinished/mysql"));
        Files.writeString(data.resolveSibling("data-unfinished/mysql/half"), "written");

        try (EmbeddedDatabase database = start(0)) {
            assertThat(query(database, "SELECT 1")).containsExactly("1");
        }
        assertThat(data.resolveSibling("data-unfinished")).doesNotExist();
        assertThat(data.resolve("mysql/half")).doesNotExist();
    }

    @Test
    void aTakenPortIsToldWithTheLogAndNothingIsLeft() {
        try (EmbeddedDatabase first = start(0)) {
            EmbeddedDatabase.Settings settings = settings(first.port());
            EmbeddedDatabase.Settings second = new EmbeddedDatabase.Settings(
                    settings.serverFolder(),
                    temporary.resolve("other data"),
                    temporary.resolve("other.log"),
                    first.port(),
                    PASSWORD,
                    new PidFile(temporary.resolve("other.pid")));

            // Not the first one's answer: the probe alone could not tell the two apart.
            assertThatThrownBy(() -> EmbeddedDatabase.start(second))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining(Integer.toString(first.port()));
            assertThat(new PidFile(temporary.resolve("other.pid")).running()).isEmpty();
        }
    }

    private EmbeddedDatabase start(int port) {
        return EmbeddedDatabase.start(settings(port));
    }

    private EmbeddedDatabase.Settings settings(int port) {
        Path folder = temporary
                .resolve("a folder with a name " + "so long ".repeat(12))
                .resolve("stack");
        return new EmbeddedDatabase.Settings(
                Path.of(System.getProperty("ordersaga.root", "."), "target", "mariadb"),
                folder.resolve("data"),
                folder.resolve("logs/database.log"),
                port,
                PASSWORD,
                new PidFile(folder.resolve("run/database.pid")));
    }

    private static Connection connect(Account account) throws SQLException {
        return DriverManager.getConnection(account.url(), account.user(), account.password());
    }

    private static void execute(EmbeddedDatabase database, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.rootUrl());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static List<String> query(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.rootUrl());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private static void assertRefused(Statement statement, String sql) {
        assertThatThrownBy(() -> statement.execute(sql))
                .as(sql)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("denied");
    }
}
