package io.ordersaga.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Rules for the whole repository that are about text rather than classes. The limits are ratchets: they only go down.
class RepositoryTidyTest {
    private static final int FILE_LINES_MAX = 400;
    /// The formatter breaks code at 120; a text that is one line for its reader may be longer.
    private static final int LINE_LENGTH_MAX = 165;

    private static final Set<String> FOLDERS_OF_TOOLS =
            Set.of(".git", "target", "node_modules", "tools", ".local", "third_party");
    private static final Path ROOT = Path.of(System.getProperty("ordersaga.root", ".."));

    /// Split in two, so that this file does not find itself.
    private static final Pattern LEFT_OVER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    private static final Pattern SQL = Pattern.compile("\"\"\"\\s*\\n\\s*(SELECT|INSERT|UPDATE|DELETE) ");

    /// Homes and work folders of one machine; a path inside a container or of an operating system is fine.
    private static final Pattern MACHINE_PATH = Pattern.compile("(^|[\\s\"'=(:])/(wo" + "rk|ro" + "ot|ho" + "me)/");

    @Test
    void javaFilesFitOnAFewScreens() {
        assertThat(files(path -> path.toString().endsWith(".java")))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(lines(path)).as(name(path)).hasSizeLessThanOrEqualTo(FILE_LINES_MAX));
    }

    @Test
    void linesFitBesideEachOther() {
        assertThat(files(path -> path.toString().endsWith(".java")
                                || path.toString().endsWith(".proto"))
                        .stream()
                        .flatMap(path -> numberedLines(path, line -> line.length() > LINE_LENGTH_MAX)))
                .isEmpty();
    }

    @Test
    void nothingIsLeftForLater() {
        assertThat(files(RepositoryTidyTest::isText).stream()
                        .flatMap(path -> numberedLines(
                                path, line -> LEFT_OVER.matcher(line).find())))
                .isEmpty();
    }

    @Test
    void noPathOfOneMachine() {
        assertThat(files(RepositoryTidyTest::isText).stream()
                        .flatMap(path -> numberedLines(
                                path, line -> MACHINE_PATH.matcher(line).find())))
                .isEmpty();
    }

    /// The audit, the benchmarks and the simulation own no table: they look into those of others, each where it asks.
    @Test
    void sqlLivesInTables() {
        assertThat(files(path -> path.toString().endsWith(".java")
                                && path.toString().contains("/src/main/")
                                && !Set.of("audit", "bench", "simulation")
                                        .contains(
                                                ROOT.relativize(path).getName(0).toString())
                                && !path.getFileName().toString().endsWith("Table.java"))
                        .stream()
                        .filter(path -> SQL.matcher(text(path)).find())
                        .map(RepositoryTidyTest::name))
                .isEmpty();
    }

    private static boolean isText(Path path) {
        return Stream.of(
                        ".java", ".proto", ".sql", ".sh", ".xml", ".yaml", ".yml", ".md", ".html", ".css", ".js", "run")
                .anyMatch(path.getFileName().toString()::endsWith);
    }

    private static List<Path> files(Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return FOLDERS_OF_TOOLS.contains(folder.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && wanted.test(file)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static Stream<String> numberedLines(Path path, Predicate<String> wanted) {
        List<String> lines = lines(path);
        return IntStream.range(0, lines.size())
                .filter(i -> wanted.test(lines.get(i)))
                .mapToObj(i -> name(path) + ":" + (i + 1) + ": " + lines.get(i).strip());
    }

    private static List<String> lines(Path path) {
        return text(path).lines().toList();
    }

    private static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(name(path), e);
        }
    }

    private static String name(Path path) {
        return ROOT.relativize(path).toString();
    }
}
