package io.ordersaga.bench.scenario;

import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import io.ordersaga.bench.lab.CoordinatorProcess;
import io.ordersaga.bench.lab.CoordinatorSettings;
import io.ordersaga.bench.lab.Lab;
import io.ordersaga.bench.lab.Server;
import io.ordersaga.bench.lab.Usage;
import io.ordersaga.bench.load.Audit;
import io.ordersaga.bench.load.Channels;
import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Operation;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.participant.NoOpAddress;
import io.ordersaga.bench.participant.NoOpParticipant;
import io.ordersaga.bench.participant.RawBytes;
import io.ordersaga.bench.report.Report;
import io.ordersaga.stack.Ports;
import io.ordersaga.stack.process.ChildProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What the scenarios share: a database, one coordinator that is warm, a participant that does
/// nothing, and the report. Not thread-safe.
public final class Bench implements AutoCloseable {
    public static final String SCHEMA = "ordersaga_bench";
    static final int STEPS = 4;
    private static final int WARMING_CALLERS = 64;

    /// About the size of a reservation.
    static final byte[] PAYLOAD =
            "{\"order\":\"01K0000000000000000000\",\"product\":\"sku-42\",\"quantity\":3,\"x\":\"\"}"
                    .getBytes(StandardCharsets.UTF_8);

    private final Lab lab;
    private final Server database;
    private final Report report;
    private final Pace pace;
    private final List<String> coordinatorFlags;
    private final Map<String, String> coordinatorSettings;
    private final NoOpAddress participant;
    private final ChildProcess participantProcess;
    private final Channels participantChannels;
    private final CoordinatorProcess coordinator;
    private final Channels coordinatorChannels;
    private int loads;
    private boolean warm;
    private boolean bareWarm;

    /// Starts what all scenarios need.
    ///
    /// @param coordinatorFlags more flags of the coordinators' JVMs, such as a flight recording
    /// @param coordinatorSettings of every coordinator, as environment variables
    public Bench(
            Lab lab,
            Server database,
            Report report,
            Pace pace,
            List<String> coordinatorFlags,
            Map<String, String> coordinatorSettings) {
        this.lab = lab;
        this.database = database;
        this.report = report;
        this.pace = pace;
        this.coordinatorFlags = List.copyOf(coordinatorFlags);
        this.coordinatorSettings = Map.copyOf(coordinatorSettings);
        this.participant = new NoOpAddress(Ports.freePort(), Ports.freePort());
        this.participantProcess = lab.startMain(
                "participant",
                NoOpParticipant.class,
                List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-Dsun.net.httpserver.nodelay=true"),
                Map.of(
                        NoOpParticipant.GRPC_PORT, Integer.toString(participant.grpcPort()),
                        NoOpParticipant.HTTP_PORT, Integer.toString(participant.httpPort())),
                () -> Lab.listens(participant.grpcPort()));
        this.participantChannels = new Channels(participant.grpcPort());
        this.coordinator = startCoordinator("coordinator", SCHEMA, true);
        this.coordinatorChannels = new Channels(coordinator.settings().grpcPort());
    }

    /// A further coordinator, ready to serve.
    ///
    /// @param fresh whether its schema is made anew
    CoordinatorProcess startCoordinator(String name, String schema, boolean fresh) {
        return startCoordinator(name, schema, fresh, Map.of());
    }

    /// @param settings of this one, as environment variables
    CoordinatorProcess startCoordinator(String name, String schema, boolean fresh, Map<String, String> settings) {
        if (fresh) {
            database.makeSchema(schema);
        }
        return lab.startCoordinator(CoordinatorSettings.fullSpeed(name, database, schema)
                .withMoreFlags(name.equals("coordinator") ? coordinatorFlags : List.of())
                .with(settings)
                .with(coordinatorSettings));
    }

    Lab lab() {
        return lab;
    }

    Server database() {
        return database;
    }

    Report report() {
        return report;
    }

    Pace pace() {
        return pace;
    }

    NoOpAddress participant() {
        return participant;
    }

    Channels participantChannels() {
        return participantChannels;
    }

    CoordinatorProcess coordinator() {
        return coordinator;
    }

    Channels coordinatorChannels() {
        return coordinatorChannels;
    }

    /// Runs the coordinator until its code is compiled; only the first time.
    void warmUp() {
        if (!warm) {
            report.progress("warming up");
            var _ = ClosedLoop.run(WARMING_CALLERS, pace.warmUp(), doingNothing("warm"));
            warm = true;
        }
    }

    /// The same for the bare client and the participant.
    void warmUpBare(Operation bare) {
        if (!bareWarm) {
            var _ = ClosedLoop.run(WARMING_CALLERS, pace.bareWarmUp(), bare);
            bareWarm = true;
        }
    }

    /// Everything but the load generator that runs on this machine.
    List<Long> measuredProcesses() {
        return Stream.of(
                        Stream.of(
                                coordinator.child().identity().pid(),
                                participantProcess.identity().pid()),
                        databaseProcess().stream())
                .flatMap(pids -> pids)
                .toList();
    }

    /// A gid prefix that no load of this run has used.
    String prefix(String scenario) {
        loads++;
        return scenario + loads;
    }

    /// Sagas of four steps that do nothing, whose callers wait for their success. The word that the
    /// participant is called with is theirs alone, so that its calls can be counted.
    Sagas doingNothing(String scenario) {
        String prefix = prefix(scenario);
        return Sagas.awaited(coordinatorChannels, prefix, steps(wordOf(prefix), "Undo"), PAYLOAD);
    }

    private static String wordOf(String prefix) {
        return "Do" + prefix;
    }

    /// Four steps that all call these words of the participant.
    List<Sagas.Step> steps(String action, String compensation) {
        return IntStream.range(0, STEPS)
                .mapToObj(_ -> new Sagas.Step(participant.grpc(action), participant.grpc(compensation)))
                .toList();
    }

    /// Waits for the sagas' end and adds what was found to the report.
    Audit audit(String scenario, Sagas sagas, String ended) {
        Audit found = Audit.of(database, SCHEMA, sagas, ended);
        report.audited(scenario, found);
        return found;
    }

    /// As [#audit] of [#doingNothing], with the count of calls that nothing gave a reason to.
    Audit auditCalls(String scenario, Sagas sagas) {
        Audit found = Audit.of(database, SCHEMA, sagas, "succe");
        long succeeded = database.number(
                SCHEMA, "SELECT COUNT(*) FROM saga WHERE status = 'SUCCEEDED' AND gid LIKE '" + sagas.prefix() + "-%'");
        Audit counted = found.withCalls(calls().getOrDefault(wordOf(sagas.prefix()), 0L), STEPS, succeeded);
        report.audited(scenario, counted);
        return counted;
    }

    /// How many of them are in the store and have not ended.
    long unfinished(String schema, Sagas sagas) {
        return database.number(
                schema, "SELECT COUNT(*) FROM saga WHERE finished IS NULL AND gid LIKE '" + sagas.prefix() + "-%'");
    }

    /// Calls a word of the participant that is meant for us and not for coordinators.
    byte[] ask(String word) {
        return ClientCalls.blockingUnaryCall(
                participantChannels.next(),
                RawBytes.unary(NoOpParticipant.SERVICE + word),
                CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                new byte[0]);
    }

    /// How often each word of the participant was called so far.
    Map<String, Long> calls() {
        Map<String, Long> counts = new HashMap<>();
        new String(ask("Counts"), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split("=", 2))
                .forEach(pair -> counts.put(pair[0], Long.parseLong(pair[1])));
        return counts;
    }

    /// Processor time of the coordinator and of the database so far; zero for a database on another
    /// machine.
    List<Duration> cpu() {
        return List.of(
                coordinator.usage().cpu(),
                databaseProcess().map(pid -> Usage.of(pid).cpu()).orElse(Duration.ZERO));
    }

    /// Processor time of the participant so far.
    Duration participantCpu() {
        return Usage.of(participantProcess.identity().pid()).cpu();
    }

    private Optional<Long> databaseProcess() {
        Optional<Long> ours = lab.database().map(child -> child.identity().pid());
        return ours.isPresent() ? ours : PidFiles.of(database);
    }

    @Override
    public void close() {
        coordinatorChannels.close();
        participantChannels.close();
    }
}
