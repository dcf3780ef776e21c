package io.ordersaga.bench;

import io.ordersaga.bench.lab.Lab;
import io.ordersaga.bench.lab.LabFolder;
import io.ordersaga.bench.lab.Server;
import io.ordersaga.bench.report.Report;
import io.ordersaga.bench.scenario.Bench;
import io.ordersaga.bench.scenario.DeadTarget;
import io.ordersaga.bench.scenario.DueSagas;
import io.ordersaga.bench.scenario.FailingOnce;
import io.ordersaga.bench.scenario.FullStore;
import io.ordersaga.bench.scenario.HttpSteps;
import io.ordersaga.bench.scenario.IdleNode;
import io.ordersaga.bench.scenario.KilledNode;
import io.ordersaga.bench.scenario.Operators;
import io.ordersaga.bench.scenario.Overload;
import io.ordersaga.bench.scenario.Pace;
import io.ordersaga.bench.scenario.RolledBack;
import io.ordersaga.bench.scenario.Scenario;
import io.ordersaga.bench.scenario.Throughput;
import io.ordersaga.stack.Folders;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `./ordersaga bench coordinator`.
@Command(
        name = "coordinator",
        description = {
            "Measures the coordinator, with everything that is compared in one run.",
            "The figures are also left as JSON in .local/bench. The exit code is 1 when a saga was lost, stuck or ended "
                    + "wrongly; a missed figure alone does not change it."
        })
final class CoordinatorCommand implements Callable<Integer> {
    @Option(names = "--quick", description = "Short rounds: the table without 'operators' in less than three minutes.")
    private boolean quick;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description =
                    "A MySQL server of yours, jdbc:mysql://HOST:PORT/?user=NAME&password=PASSWORD, instead of the "
                            + "embedded MariaDB. The schemas ordersaga_bench and ordersaga_bench_* on it are replaced.")
    private @Nullable String database;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Only these scenarios: ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private List<String> only = List.of();

    @Option(
            names = "--jvm",
            paramLabel = "FLAG",
            description = "A further flag of the measured coordinator's JVM, such as a flight recording.")
    private List<String> jvmFlags = List.of();

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "A setting of the coordinators, as the environment variable that it is.")
    private Map<String, String> settings = Map.of();

    @Spec
    private @Nullable CommandSpec spec;

    /// In the order in which they run: what fills the store comes late, and last what ends the
    /// coordinator.
    private static final List<Scenario> SCENARIOS = List.of(
            new Throughput(64, 0.5),
            new Throughput(1, 0.35),
            new HttpSteps(),
            new RolledBack(),
            new FailingOnce(),
            new IdleNode(),
            new DeadTarget(),
            new Overload(),
            new KilledNode(),
            new Operators(),
            new FullStore(),
            new DueSagas());

    static final class Names implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return SCENARIOS.stream().map(Scenario::name).iterator();
        }
    }

    @Override
    public Integer call() {
        NetworkLog.silence();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        List<Scenario> chosen = SCENARIOS.stream()
                .filter(scenario -> only.isEmpty() ? !quick || scenario.isQuick() : only.contains(scenario.name()))
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("There is no scenario " + only);
        }
        long began = System.nanoTime();
        String name = RunName.now();
        Path root = Path.of(System.getProperty("ordersaga.root", "."));
        Report report = new Report(out);
        LabFolder folder = LabFolder.in(root, "run-" + name);
        Path json = folder.shared().resolve(name + ".json");
        try (Lab lab = new Lab(root, folder)) {
            report.progress(
                    "starting a database, a coordinator and a participant (data and logs: " + folder.run() + ")");
            Server server = Optional.ofNullable(database).map(Server::given).orElseGet(lab::startDatabase);
            Conditions.tell(report, server);
            try (Bench bench = new Bench(lab, server, report, new Pace(quick), jvmFlags, settings)) {
                for (Scenario scenario : chosen) {
                    long started = System.nanoTime();
                    scenario.run(bench);
                    report.progress("%s took %.1f s".formatted(scenario.name(), (System.nanoTime() - started) / 1e9));
                }
            }
            Conditions.load(report, "load at the end");
        }
        report.print();
        report.write(json);
        var audit = report.audit();
        out.println("%s: %d sagas audited, %d lost, %d stuck, %d wrong, %d doubled; %d figures missed; %d s; %s"
                .formatted(
                        report.clean() ? "OK" : "BROKEN",
                        audit.sagas(),
                        audit.lost(),
                        audit.stuck(),
                        audit.wrong(),
                        audit.doubled(),
                        report.missed(),
                        Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                        json));
        if (report.clean()) {
            Folders.delete(folder.run());
        }
        return report.clean() ? 0 : 1;
    }
}
