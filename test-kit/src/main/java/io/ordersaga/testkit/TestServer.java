package io.ordersaga.testkit;

import io.ordersaga.stack.EmbeddedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.stream.Stream;

/// The database server of this test JVM: the one of `-Dtest.db.url` or an embedded one, started at the first use and
/// stopped when the JVM ends. It fails, and never skips, when there is none.
final class TestServer {
    private static final class Holder {
        private static final TestServer SERVER = start();
    }

    private final String rootUrl;

    private TestServer(String rootUrl) {
        this.rootUrl = rootUrl;
    }

    static TestServer get() {
        return Holder.SERVER;
    }

    /// URL of the server with an account that may create schemas, without a schema name.
    String rootUrl() {
        return rootUrl;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(rootUrl);
    }

    private static TestServer start() {
        String given = System.getProperty("test.db.url", "");
        TestServer server = new TestServer(given.isEmpty() ? startEmbedded() : given);
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("SELECT VERSION()")) {
            version.next();
            System.out.println("Database tests run on " + version.getString(1) + " at "
                    + server.rootUrl.replaceFirst("\\?.*", ""));
            return server;
        } catch (SQLException e) {
            throw new IllegalStateException("No test database at " + server.rootUrl.replaceFirst("\\?.*", ""), e);
        }
    }

    private static String startEmbedded() {
        Path root = Path.of(System.getProperty("ordersaga.root", "."));
        Path data = Path.of("target", "test-database-" + ProcessHandle.current().pid());
        EmbeddedDatabase database = EmbeddedDatabase.start(new EmbeddedDatabase.Settings(
                root.resolve("target/mariadb"), data, data.resolveSibling("test-database.log"), 0, "test-only"));
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("stop-test-database").unstarted(() -> {
                    // Nothing in it is needed again: killing it is quicker than a clean stop.
                    database.process().destroyForcibly().onExit().join();
                    delete(data);
                    delete(data.resolveSibling(data.getFileName() + "-tmp"));
                }));
        return database.rootUrl();
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
