package io.ordersaga.bench;

import io.ordersaga.bench.shop.OtherStack;
import io.ordersaga.bench.shop.OwnStack;
import io.ordersaga.bench.shop.Premises;
import io.ordersaga.bench.shop.ShopRun;
import io.ordersaga.stack.Folders;
import io.ordersaga.stack.StackFolder;
import io.ordersaga.stack.cli.RunningStack;
import io.ordersaga.stack.cli.Subcommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `./ordersaga shop`.
@Command(
        name = "shop",
        sortOptions = false,
        description = {
            "Shoppers buy, pay, cancel and send back over HTTP while one service after the other is killed; then the audit.",
            "A stack of its own is started on free ports with an empty database. The exit code is 1 when a promise was "
                    + "broken; the run's data and logs are then kept."
        })
public final class ShopCommand implements Subcommand {
    private static final int SHOPPERS_MAX = 2_000;

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            defaultValue = "200",
            description = "How many shop at the same time (default: ${DEFAULT-VALUE}).")
    private int shoppers;

    @Option(names = "--seed", paramLabel = "S", description = "Makes the shoppers want the same again.")
    private @Nullable Long seed;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "2",
            description = "How long they shop (default: ${DEFAULT-VALUE}); start, settling and audit come on top.")
    private double minutes;

    @Option(
            names = "--kill-every",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "From one kill -9 to the next (default: ${DEFAULT-VALUE}); 0 kills nobody.")
    private int killEvery;

    @Option(
            names = "--running",
            description = "On the stack of ./ordersaga up, whose rows stay, instead of one of its own.")
    private boolean running;

    @Option(names = "--folder", paramLabel = "DIR", description = "The folder of that stack (default: .local).")
    private @Nullable Path stackFolder;

    @Option(names = "--no-coupons", hidden = true, description = "Sells without coupons.")
    private boolean noCoupons;

    @Option(names = "--keep", description = "Keeps the data and logs of a good run too.")
    private boolean keep;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws SQLException {
        if (shoppers < 1 || shoppers > SHOPPERS_MAX || minutes <= 0 || killEvery < 0) {
            throw new IllegalArgumentException("--shoppers 1 to " + SHOPPERS_MAX + ", --minutes more than 0");
        }
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        long began = System.nanoTime();
        long chosen = seed == null ? began % 1_000_000 : seed;
        String name = RunName.now();
        Path root = Path.of(System.getProperty("ordersaga.root", "."));
        Path local = root.resolve(".local");
        Path folder = local.resolve("bench").resolve("shop-" + name);
        ShopRun.Plan plan = new ShopRun.Plan(
                name,
                shoppers,
                chosen,
                Duration.ofMillis((long) (minutes * 60_000)),
                Duration.ofSeconds(killEvery),
                !noCoupons);
        ShopRun.Result result;
        try (Premises premises = premises(root, folder, out)) {
            result = new ShopRun(premises, plan, line -> tell(out, line)).run();
        }
        result.lines().forEach(out::println);
        out.println(
                "%s: %,d orders of %d shoppers, %d kills; settled after %.1f s; %,d complaints, %,d audit violations; seed %d; %d s%s"
                        .formatted(
                                result.clean() ? "OK" : "BROKEN",
                                result.orders(),
                                shoppers,
                                result.kills(),
                                result.settled().toMillis() / 1000.0,
                                result.complaints(),
                                result.audit().violations(),
                                chosen,
                                Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                                (result.clean() && !keep) || running ? "" : "; kept: " + folder));
        if (result.clean() && !keep) {
            Folders.delete(folder);
        }
        return result.clean() ? 0 : 1;
    }

    private Premises premises(Path root, Path folder, PrintWriter out) {
        Path local = root.resolve(".local");
        if (running) {
            return new OtherStack(new RunningStack(new StackFolder(stackFolder == null ? local : stackFolder)));
        }
        tell(out, "starting a stack (data and logs: " + folder + ")");
        return new OwnStack(root, folder, local.resolve("mariadb"), line -> tell(out, line));
    }

    private static void tell(PrintWriter out, String line) {
        out.println("... " + line);
        out.flush();
    }
}
