package io.ordersaga.stack;

import io.ordersaga.stack.process.ChildProcesses;
import io.ordersaga.stack.process.ProcessSpec;
import io.ordersaga.stack.process.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// The programs' jars, unpacked once per content: a plain jar beside its libraries starts faster than one that holds
/// them, and only such a one can use a start-up cache.
public final class ProgramFiles {
    private static final Duration EXTRACT_LIMIT = Duration.ofSeconds(60);
    private static final int KEY_BYTES = 8;
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private final StackSettings settings;
    private final ChildProcesses processes;

    public ProgramFiles(StackSettings settings, ChildProcesses processes) {
        this.settings = settings;
        this.processes = processes;
    }

    /// The `java` that runs this program.
    public static String java() {
        return JAVA.toString();
    }

    /// The unpacked jar of a program, made from what the build left in the module's target folder.
    public Path unpacked(Component program) {
        Path jar = settings.root().resolve(program.module()).resolve("target").resolve(program.module() + "-app.jar");
        if (!Files.exists(jar)) {
            throw new StartFailure(jar + " is missing: build it with ./mvnw -Dquick -DskipTests package");
        }
        Path home = settings.folder().programs().resolve(program.label());
        try {
            Path folder = home.resolve(key(jar, home));
            Path unpacked = folder.resolve(jar.getFileName());
            if (!Files.exists(unpacked)) {
                extract(program, jar, folder);
                deleteOthers(home, folder);
            }
            return unpacked;
        } catch (IOException e) {
            throw new UncheckedIOException(jar + " could not be unpacked", e);
        }
    }

    private void extract(Component program, Path jar, Path folder) throws IOException {
        Path unfinished = folder.resolveSibling(folder.getFileName() + ".part");
        Folders.delete(unfinished);
        processes.run(
                ProcessSpec.step(
                        program.label() + "-unpack",
                        List.of(
                                java(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Djarmode=tools",
                                "-jar",
                                jar.toString(),
                                "extract",
                                "--destination",
                                unfinished.toString()),
                        settings.folder().path()),
                EXTRACT_LIMIT);
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Names the jar's content. Reading all of it at every start would cost most of a second, so the name is kept
    /// beside the size and times for which it was worked out. A reproducible build gives every jar the same time of
    /// modification; the time when the file's entry changed is beyond its reach.
    private static String key(Path jar, Path home) throws IOException {
        String state = "%d %s %s"
                .formatted(Files.size(jar), Files.getLastModifiedTime(jar), Files.getAttribute(jar, "unix:ctime"));
        Path memory = home.resolve("key");
        if (Files.exists(memory)) {
            List<String> lines = Files.readAllLines(memory);
            if (lines.size() == 2 && lines.get(0).equals(state)) {
                return lines.get(1);
            }
        }
        String key = digest(jar);
        Files.createDirectories(home);
        Files.writeString(memory, state + "\n" + key + "\n");
        return key;
    }

    private static String digest(Path jar) throws IOException {
        try (InputStream file = Files.newInputStream(jar);
                DigestInputStream digest = new DigestInputStream(file, MessageDigest.getInstance("SHA-256"))) {
            byte[] buffer = new byte[1 << 16];
            while (digest.read(buffer) >= 0) {
                // The digest sees every byte that passes.
            }
            return HexFormat.of().formatHex(digest.getMessageDigest().digest(), 0, KEY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static void deleteOthers(Path home, Path current) throws IOException {
        try (Stream<Path> folders = Files.list(home)) {
            folders.filter(Files::isDirectory)
                    .filter(folder -> !folder.equals(current))
                    .forEach(Folders::delete);
        }
    }
}
