package io.ordersaga.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.stack.process.ChildProcesses;
import io.ordersaga.stack.process.PidFile;
import io.ordersaga.stack.process.ProcessIdentity;
import io.ordersaga.stack.process.StartFailure;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Whole stacks: the embedded database and six [FakePrograms].
@Execution(ExecutionMode.CONCURRENT)
class LocalStackTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path root;

    private final List<String> progress = Collections.synchronizedList(new ArrayList<>());
    private final List<LocalStack> opened = new ArrayList<>();
    private StackSettings settings;

    @BeforeEach
    void choose() throws Exception {
        settings = FakePrograms.settingsIn(root);
    }

    @AfterEach
    void stopAll() {
        opened.forEach(LocalStack::close);
        assertThat(running()).isEmpty();
    }

    @Test
    void startsEverythingTellsTheTimesAndStopsEverything() {
        LocalStack stack = open();
        stack.start();

        assertThat(running()).containsExactly(Component.values());
        assertThat(progress)
                .anyMatch(line -> line.matches("database +[0-9.]+ s"))
                .anyMatch(line -> line.matches("schemas +[0-9.]+ s"))
                .anyMatch(line -> line.matches("gateway +[0-9.]+ s"));

        stack.close();
        assertThat(running()).isEmpty();
        settings.ports().requireFree(List.of(Port.values()));
        // The database ended in order: had it been the first, or killed, its log would not say so.
        assertThat(stack.log(Component.DATABASE).tail(1).getFirst()).contains("Shutdown complete");
        assertThat(stack.log(Component.ORDER).tail(1)).containsExactly("ended in order");
    }

    @Test
    void killedProgramAndDatabaseAreStartedAgain() throws Exception {
        LocalStack stack = open();
        stack.start();

        stack.kill(Component.STOCK);
        assertThat(stack.running(Component.STOCK)).isFalse();
        assertThat(running()).hasSize(6).doesNotContain(Component.STOCK);

        stack.start(Component.STOCK, Overrides.environment(Map.of("FAKE", "stubborn")));
        assertThat(stack.running(Component.STOCK)).isTrue();
        assertThat(stack.log(Component.STOCK).tail(2)).containsExactly("behaviour stubborn", "ready");
        assertThatThrownBy(() -> stack.start(Component.STOCK, Overrides.NONE))
                .isInstanceOf(StartFailure.class)
                .hasMessage("stock is already running");
        stack.kill(Component.STOCK);

        assertThatThrownBy(() -> stack.start(Component.STOCK, Overrides.environment(Map.of("FAKE", "fails"))))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("the \"disk\" is full");
        assertThat(progress).anyMatch(line -> line.startsWith("stock ended with exit code 137"));

        execute(stack.account(Component.PAY), "CREATE TABLE kept (id INT)");
        stack.kill(Component.DATABASE);
        assertThat(running()).doesNotContain(Component.DATABASE);
        stack.start(Component.DATABASE, Overrides.NONE);
        execute(stack.account(Component.PAY), "INSERT INTO kept VALUES (1)");
    }

    @Test
    void startupCachesAreMadeOnceAndUsedFromThenOn() {
        settings = settings.withJvm(JvmSettings.fastStart());
        LocalStack stack = open();
        stack.start();
        assertThat(commandLine(Component.STOCK)).doesNotContain("AOTCache");

        stack.makeStartupCaches();
        stack.makeStartupCaches();
        assertThat(progress).filteredOn(line -> line.startsWith("cache of ")).hasSize(6);

        stack.kill(Component.STOCK);
        stack.start(Component.STOCK, Overrides.NONE);
        assertThat(commandLine(Component.STOCK)).contains("-XX:AOTCache=");
    }

    @Test
    void dataAndPasswordsSurviveARestartButNotAFreshStart() throws Exception {
        LocalStack first = open();
        first.start();
        execute(first.account(Component.PAY), "CREATE TABLE kept (id INT)");
        first.close();

        LocalStack second = open();
        second.start();
        assertThat(second.account(Component.PAY)).isEqualTo(first.account(Component.PAY));
        execute(second.account(Component.PAY), "INSERT INTO kept VALUES (1)");
        second.close();

        LocalStack third = open();
        third.startFresh();
        assertThat(third.account(Component.PAY)).isNotEqualTo(first.account(Component.PAY));
        assertThatThrownBy(() -> execute(third.account(Component.PAY), "INSERT INTO kept VALUES (1)"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("doesn't exist");
    }

    @Test
    void aSecondOneInTheSameFolderIsRefused() {
        open();

        assertThatThrownBy(this::open)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("already running")
                .hasMessageContaining("./ordersaga down");
    }

    @Test
    void aProgramThatDoesNotStartStopsTheOthers() throws Exception {
        // Not a program at all: the JVM ends at once and says why.
        try (ChildProcesses processes = new ChildProcesses()) {
            Files.writeString(new ProgramFiles(settings, processes).unpacked(Component.PAY), "broken");
        }

        assertThatThrownBy(open()::start)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("pay ended with exit code 1")
                .hasMessageContaining("corrupt jarfile");
        assertThat(running()).isEmpty();
    }

    @Test
    void aMissingJarIsNamedWithTheWayToGetIt() throws Exception {
        Files.delete(root.resolve("pay-service/target/pay-service-app.jar"));

        assertThatThrownBy(open()::start)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("pay-service-app.jar is missing")
                .hasMessageContaining("./mvnw");
    }

    @Test
    void aTakenPortStopsTheStartBeforeAnythingRuns() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            settings = settings.withPorts(settings.ports().with(Map.of(Port.ORDER, taken.getLocalPort())));

            assertThatThrownBy(open()::start)
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("--port order=NUMBER");
            assertThat(settings.folder().log(Component.DATABASE).path()).doesNotExist();
        }
    }

    @Test
    void closingInTheMiddleOfAStartLeavesNothingBehind() throws Exception {
        CountDownLatch databaseReady = new CountDownLatch(1);
        LocalStack stack = LocalStack.open(settings, line -> {
            if (line.startsWith("schemas")) {
                databaseReady.countDown();
            }
        });
        opened.add(stack);
        CompletableFuture<Void> start = CompletableFuture.runAsync(stack::start);
        assertThat(databaseReady.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        stack.close();

        assertThat(start).failsWithin(LIMIT).withThrowableThat().withCauseInstanceOf(StartFailure.class);
        assertThat(running()).isEmpty();
        settings.ports().requireFree(List.of(Port.values()));
    }

    @Test
    void leftoversOfAKilledSupervisorAreStoppedFirst() throws Exception {
        Process leftover = new ProcessBuilder("sleep", "600").start();
        settings.folder().pidFile(Component.STOCK).write(ProcessIdentity.of(leftover.toHandle()));
        // Its process is long gone and the pid belongs to somebody else now: this test.
        PidFile recycled = settings.folder().pidFile(Component.PAY);
        recycled.write(new ProcessIdentity(ProcessHandle.current().pid(), "another start"));

        open().start();

        assertThat(leftover.isAlive()).isFalse();
        assertThat(progress).anyMatch(line -> line.startsWith("stopping stock (process " + leftover.pid()));
        assertThat(progress).noneMatch(line -> line.startsWith("stopping pay"));
    }

    @Test
    void freshIsRefusedOnAServerOfTheUsers() {
        settings = settings.withDatabase(Optional.of("jdbc:mysql://127.0.0.1:1/?user=me"));

        assertThatThrownBy(open()::startFresh)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("drop the schemas");
    }

    @Test
    void aServerOfTheUsersIsUsedAndNotStopped() {
        EmbeddedDatabase.Settings others = new EmbeddedDatabase.Settings(
                FakePrograms.server(), root.resolve("others/data"), root.resolve("others/database.log"), 0, "others");
        try (EmbeddedDatabase database = EmbeddedDatabase.start(others)) {
            settings = settings.withDatabase(Optional.of(database.rootUrl() + "&sslMode=DISABLED"));
            LocalStack stack = open();
            stack.start();

            assertThat(running()).containsExactlyElementsOf(Component.programs());
            assertThat(stack.account(Component.ORDER).url())
                    .isEqualTo("jdbc:mysql://127.0.0.1:" + database.port() + "/ordersaga_order?sslMode=DISABLED");
            stack.close();
            assertThat(database.process().isAlive()).isTrue();
        }
    }

    private LocalStack open() {
        LocalStack stack = LocalStack.open(settings, progress::add);
        opened.add(stack);
        return stack;
    }

    private List<Component> running() {
        return List.of(Component.values()).stream()
                .filter(component -> settings.folder()
                        .pidFile(component)
                        .running()
                        .filter(process ->
                                process.pid() != ProcessHandle.current().pid())
                        .isPresent())
                .toList();
    }

    private String commandLine(Component component) {
        ProcessIdentity process = settings.folder().pidFile(component).running().orElseThrow();
        return ProcessHandle.of(process.pid())
                .orElseThrow()
                .info()
                .commandLine()
                .orElseThrow();
    }

    private static void execute(Account account, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(account.url(), account.user(), account.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
