package io.ordersaga.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.stack.process.ChildProcesses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartupCachesTest {
    @TempDir
    private Path root;

    private final ChildProcesses processes = new ChildProcesses();
    private StackSettings settings;
    private Path jar;

    @BeforeEach
    void unpack() throws Exception {
        settings = StackSettings.of(FakePrograms.projectIn(root)).withFolder(new StackFolder(root.resolve("stack")));
        jar = new ProgramFiles(settings, processes).unpacked(Component.PAY);
    }

    @AfterEach
    void stopAll() {
        processes.close();
    }

    @Test
    void aTrainedProgramStartsWithItsCache() {
        StartupCaches caches = new StartupCaches(settings, processes);
        assertThat(caches.missing(jar)).isTrue();
        assertThat(caches.flag(jar)).isEmpty();

        assertThat(caches.train(Component.PAY, jar, Map.of())).isEmpty();

        assertThat(caches.missing(jar)).isFalse();
        assertThat(caches.flag(jar))
                .hasValueSatisfying(flag -> assertThat(flag)
                        .startsWith("-XX:AOTCache=" + jar.getParent())
                        .endsWith(".aot"));
    }

    @Test
    void otherFlagsNeedAnotherCache() {
        StartupCaches caches = new StartupCaches(settings, processes);
        caches.train(Component.PAY, jar, Map.of());

        StackSettings other = settings.withJvm(new JvmSettings(List.of("-XX:+UseParallelGC"), true));
        assertThat(new StartupCaches(other, processes).missing(jar)).isTrue();
    }

    @Test
    void aFailedTrainingIsToldAndNothingIsLeftThatCouldBeUsed() throws Exception {
        Files.writeString(jar, "broken");
        StartupCaches caches = new StartupCaches(settings, processes);

        assertThat(caches.train(Component.PAY, jar, Map.of()))
                .hasValueSatisfying(problem -> assertThat(problem).contains("corrupt jarfile"));
        assertThat(caches.flag(jar)).isEmpty();
    }

    @Test
    void withoutStartupCacheNothingIsMissingAndNothingUsed() {
        StartupCaches caches = new StartupCaches(settings.withJvm(settings.jvm().withoutStartupCache()), processes);

        assertThat(caches.missing(jar)).isFalse();
        assertThat(caches.flag(jar)).isEmpty();
    }

    @Test
    void aJarIsUnpackedAgainOnlyWhenItsContentChanged() throws Exception {
        ProgramFiles files = new ProgramFiles(settings, processes);
        Path built = root.resolve("pay-service/target/pay-service-app.jar");

        // Built again with the same content, as a reproducible build does.
        byte[] content = Files.readAllBytes(built);
        Files.delete(built);
        Files.write(built, content);
        assertThat(files.unpacked(Component.PAY)).isEqualTo(jar);

        // Another version of the same length and the same date, as far as a reproducible build shows it.
        FileTime date = Files.getLastModifiedTime(built);
        FakePrograms.writeJar(built, "B version");
        Files.setLastModifiedTime(built, date);
        Path changed = files.unpacked(Component.PAY);
        assertThat(changed).exists().isNotEqualTo(jar);
        assertThat(jar).doesNotExist();
    }
}
