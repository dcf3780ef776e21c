package io.ordersaga.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `./ordersaga` in a project of its own, whose folder has a blank in its name and whose `./mvnw` only notes
/// what it was asked for and leaves empty jars. After a build, `up` is given a wrong option, so that it ends there.
class LauncherTest {
    private static final Path ROOT =
            Path.of(System.getProperty("ordersaga.root", "..")).toAbsolutePath();
    private static final List<String> MODULES = List.of(
            "local-stack",
            "saga-coordinator",
            "stock-service",
            "coupon-service",
            "pay-service",
            "order-service",
            "order-gateway");
    private static final String BUILD = """
            #!/usr/bin/env bash
            cd "$(dirname "$0")"
            echo "$*" >> asked
            [ ! -e broken ] || { echo "[ERROR] the sources are in pieces"; exit 1; }
            echo "[INFO] Building jar: hidden.jar"
            echo "[INFO] Building local-stack 1.0     [2/9]"
            modules=${*: -1}
            for module in ${modules//,/ }; do
              mkdir -p "$module/target"
              for jar in "$module/target/$module.jar" "$module/target/$module-app.jar"; do
                echo built > "$jar"
                # As a reproducible build dates it.
                touch -d 2020-01-01 "$jar"
              done
              cp class-path "$module/target/$module.classpath"
            done
            """;

    @TempDir
    private Path temporary;

    private Path project;

    @BeforeEach
    void layOut() throws Exception {
        project = Files.createDirectories(temporary.resolve("my project"));
        for (String file : List.of("ordersaga", ".mvn/jdk.sh")) {
            Files.createDirectories(project.resolve(file).getParent());
            Files.copy(ROOT.resolve(file), project.resolve(file));
        }
        Files.writeString(project.resolve("mvnw"), BUILD);
        Files.setPosixFilePermissions(project.resolve("mvnw"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(project.resolve("class-path"), System.getProperty("java.class.path"));
        List<Path> sources = new ArrayList<>(List.of(
                project.resolve("pom.xml"),
                project.resolve("deploy/mysql/init/schemas.sql.template"),
                project.resolve("proto/shop/src/main/proto/order.proto"),
                project.resolve("saga-client/src/main/java/Barrier.java"),
                project.resolve("service-kit/src/main/java/Kit.java")));
        Stream.concat(MODULES.stream(), Stream.of("simulation"))
                .forEach(module -> sources.add(project.resolve(module).resolve("src/main/java/App.java")));
        for (Path source : sources) {
            Files.createDirectories(source.getParent());
            Files.writeString(source, "source");
        }
    }

    @Test
    void firstUseBuildsTheCommandLineOnlyAndShowsIt() throws Exception {
        Result help = run();

        assertThat(help.exitCode()).as(help.output()).isZero();
        assertThat(help.output())
                .contains("building (details: ")
                .contains("  local-stack [2 of 9]")
                .doesNotContain("hidden.jar")
                .contains("Usage: ordersaga");
        assertThat(asked()).singleElement().asString().contains("-Dquick").endsWith(" -pl local-stack");

        assertThat(run("status").output()).contains("stopped").doesNotContain("building");
        assertThat(asked()).hasSize(1);
    }

    @Test
    void upBuildsWhatIsMissingAndThenOnlyWhatIsStale() throws Exception {
        assertThat(run("up", "--nonsense").output()).contains("built in").contains("Unknown option: '--nonsense'");
        assertThat(asked().getLast()).endsWith(" -pl " + String.join(",", MODULES));

        assertThat(run("up", "--nonsense").output()).doesNotContain("building");
        assertThat(asked()).hasSize(1);

        change("order-service/src/main/java/App.java");
        run("up", "--nonsense");
        assertThat(asked().getLast()).endsWith(" -pl order-service");

        change("service-kit/src/main/java/Kit.java");
        run("up", "--nonsense");
        assertThat(asked().getLast()).endsWith(" -pl " + String.join(",", MODULES.subList(1, MODULES.size())));

        change("deploy/mysql/init/schemas.sql.template");
        run("up", "--nonsense");
        assertThat(asked().getLast()).endsWith(" -pl local-stack");
        assertThat(asked()).hasSize(4);
    }

    @Test
    void helpTestsAndOtherCommandsNeedNoBuild() throws Exception {
        run("up", "--nonsense");
        Files.createDirectories(project.resolve("order-service/src/test/java"));
        change("order-service/src/test/java/AppTest.java");
        assertThat(run("up", "--nonsense").output()).doesNotContain("building");

        change("pom.xml");
        assertThat(run("up", "--help").output()).contains("Usage: ordersaga up");
        assertThat(run("down").output()).contains("ordersaga is not running");
        assertThat(asked()).hasSize(1);
    }

    @Test
    void aCommandOfAnotherModuleBuildsThatModuleAndWhatItRuns() throws Exception {
        assertThat(run("sim", "--rounds", "7").output()).contains("built in").contains("played 7 rounds in ");
        assertThat(asked().getLast()).endsWith(" -pl local-stack,simulation,saga-coordinator");

        assertThat(run("sim").output()).contains("played 1 rounds").doesNotContain("building");
        assertThat(run("status").output()).contains("stopped").doesNotContain("building");
        assertThat(asked()).hasSize(1);

        change("saga-coordinator/src/main/java/App.java");
        assertThat(run("sim", "--help").output()).contains("Usage: ordersaga sim");
        assertThat(asked()).hasSize(1);
        run("sim");
        assertThat(asked().getLast()).endsWith(" -pl saga-coordinator,simulation");

        change("simulation/src/main/java/App.java");
        run("sim");
        assertThat(asked().getLast()).endsWith(" -pl simulation");
        run("bench");
        assertThat(asked().getLast()).endsWith(" -pl bench");
    }

    @Test
    void theExitCodeOfSuchACommandIsTheLaunchers() throws Exception {
        assertThat(run("sim", "--rounds", "0").exitCode()).isEqualTo(1);
    }

    @Test
    void aFailedBuildIsShownAndNothingIsStarted() throws Exception {
        Files.writeString(project.resolve("broken"), "");

        Result up = run("up");
        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.output()).contains("[ERROR] the sources are in pieces").contains(".local/logs/build.log");
    }

    @Test
    void aMissingJdkIsNamedInOneSentence() throws Exception {
        Files.writeString(project.resolve(".mvn/jdk.sh"), """
                find_jdk() { echo "No JDK was found: install one." >&2; return 1; }
                """);

        assertThat(run("up")).isEqualTo(new Result(1, "No JDK was found: install one.\n"));
    }

    private record Result(int exitCode, String output) {}

    private Result run(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(project.resolve("ordersaga").toString()));
        command.addAll(List.of(arguments));
        Path output = temporary.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("JAVA_HOME", System.getProperty("java.home")));
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(output));
    }

    private void change(String file) throws IOException {
        Files.writeString(project.resolve(file), "changed");
    }

    private List<String> asked() throws IOException {
        return Files.readAllLines(project.resolve("asked"));
    }
}
