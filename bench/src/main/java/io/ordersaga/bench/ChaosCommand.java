package io.ordersaga.bench;

import io.ordersaga.bench.chaos.ChaosRun;
import io.ordersaga.bench.lab.Lab;
import io.ordersaga.bench.lab.LabFolder;
import io.ordersaga.bench.report.Report;
import io.ordersaga.stack.Folders;
import io.ordersaga.stack.cli.Subcommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `./ordersaga chaos`.
@Command(
        name = "chaos",
        description = {
            "Kills, freezes and cuts off two coordinators, two participants and their database under load, then audits.",
            "The exit code is 1 when a promise was broken; the run's data and logs are then kept."
        })
public final class ChaosCommand implements Subcommand {
    private static final int FAULTS_PER_MINUTE = 24;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "4.2",
            description = "How long faults come (default: ${DEFAULT-VALUE}); start, healing and audit take one more.")
    private double minutes;

    @Option(names = "--faults", paramLabel = "N", description = "How many faults (default: 24 in each minute).")
    private @Nullable Integer faults;

    @Option(names = "--seed", paramLabel = "S", description = "Makes the same plan of faults again.")
    private @Nullable Long seed;

    @Option(names = "--keep", description = "Keeps the data and logs of a good run too.")
    private boolean keep;

    @Option(names = "--no-barrier", hidden = true, description = "Breaks the participants: the audit must find it.")
    private boolean noBarrier;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        NetworkLog.silence();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        long began = System.nanoTime();
        long chosen = seed == null ? began % 1_000_000 : seed;
        int count = faults == null ? (int) Math.round(minutes * FAULTS_PER_MINUTE) : faults;
        String name = RunName.now();
        Path root = Path.of(System.getProperty("ordersaga.root", "."));
        LabFolder folder = LabFolder.in(root, "chaos-" + name);
        Report report = new Report(out);
        report.condition("seed", Long.toString(chosen));
        Conditions.load(report, "load at the start");
        ChaosRun.Result result;
        try (Lab lab = new Lab(root, folder)) {
            result = new ChaosRun(lab, report, chosen, count, Duration.ofMillis((long) (minutes * 60_000)), !noBarrier)
                    .run();
        }
        result.faultLines().forEach(out::println);
        result.violations().forEach(violation -> out.println("BROKEN " + violation));
        out.println(
                "%s: %s, %,d sagas: %d lost, %d doubled, %d stuck, %d wrong; settled %.1f s after healing; seed %d; %d s%s"
                        .formatted(
                                result.clean() ? "OK" : "BROKEN",
                                result.faultSummary(),
                                result.sagas(),
                                result.lost(),
                                result.doubled(),
                                result.stuck(),
                                result.wrong(),
                                result.settled().toMillis() / 1000.0,
                                chosen,
                                Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                                result.clean() ? "" : "; kept: " + folder.run()));
        if (result.clean() && !keep) {
            Folders.delete(folder.run());
        }
        return result.clean() ? 0 : 1;
    }
}
