package io.ordersaga.bench;

import io.ordersaga.bench.orders.OrdersBench;
import io.ordersaga.bench.report.Report;
import io.ordersaga.bench.shop.OwnStack;
import io.ordersaga.stack.Folders;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `./ordersaga bench orders`.
@Command(
        name = "orders",
        description = {
            "Measures reading orders among few and among many and placing those of a product that everybody wants, "
                    + "explains the statements that the services run most, and audits it all.",
            "The figures are also left as JSON in .local/bench. The exit code is 1 when a statement reads a large table "
                    + "from end to end, or the audit finds something; a missed figure alone does not change it."
        })
final class OrdersCommand implements Callable<Integer> {
    @Option(
            names = "--orders",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many are many (default: ${DEFAULT-VALUE}).")
    private long orders;

    @Option(
            names = "--few",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many are few (default: ${DEFAULT-VALUE}).")
    private long few;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws SQLException {
        if (few < 100 || orders < few) {
            throw new IllegalArgumentException("--few must be 100 at least, and --orders as many at least");
        }
        NetworkLog.silence();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        long began = System.nanoTime();
        String name = RunName.now();
        Path root = Path.of(System.getProperty("ordersaga.root", "."));
        Path bench = root.resolve(".local/bench");
        Path folder = bench.resolve("orders-" + name);
        Report report = new Report(out);
        report.condition("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        Conditions.load(report, "load at the start");
        report.progress("starting a stack (data and logs: " + folder + ")");
        OrdersBench.Verdict verdict;
        try (OwnStack stack = new OwnStack(root, folder, root.resolve(".local/mariadb"), report::progress)) {
            verdict = new OrdersBench(stack, report, name).run(few, orders);
            Conditions.load(report, "load at the end");
        }
        Path json = bench.resolve("orders-" + name + ".json");
        report.print();
        report.write(json);
        out.println("%s: %d of %d statements scan, %,d audit violations; %d figures missed; %d s; %s"
                .formatted(
                        verdict.clean() ? "OK" : "BROKEN",
                        verdict.scans(),
                        verdict.statements(),
                        verdict.violations(),
                        report.missed(),
                        Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                        json));
        Folders.delete(folder);
        return verdict.clean() ? 0 : 1;
    }
}
