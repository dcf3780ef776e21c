package io.ordersaga.simulation;

import io.ordersaga.simulation.planted.Planted;
import io.ordersaga.simulation.world.FaultKind;
import io.ordersaga.simulation.world.InvariantBroken;
import io.ordersaga.simulation.world.Outcome;
import io.ordersaga.simulation.world.Parts;
import io.ordersaga.simulation.world.World;
import io.ordersaga.stack.cli.Subcommand;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./ordersaga sim`: first the seeds that showed something once, then a planted fault that must be found, then
/// the seeds that were asked for. Exits with 1 when an invariant broke, when the planted fault was not found, and
/// when after many seeds some kind of fault never met some kind of saga.
@Command(
        name = "sim",
        description = {
            "Plays sagas with faults on a virtual clock and checks every invariant.",
            "The same seed always plays the same; a failing seed is shown again by --trace."
        })
public final class SimCommand implements Subcommand {

    static final Planted CANARY = Planted.NO_FENCING;
    static final long CANARY_SEEDS_MAX = 5_000;

    /// From so many seeds on, an empty cell of the table says that a generator is dead.
    static final long ENOUGH_FOR_EVERY_CELL = 20_000;

    private static final int SHOWN_MAX = 10;
    private static final long PROGRESS_NANOS = 5_000_000_000L;

    private final PrintStream out;
    private boolean ok = true;

    @Option(names = "--seeds", defaultValue = "20000", description = "How many worlds to play (${DEFAULT-VALUE}).")
    private long seeds;

    @Option(names = "--from", defaultValue = "0", description = "The first seed (${DEFAULT-VALUE}).")
    private long from;

    @Option(names = "--trace", paramLabel = "SEED", description = "Play this seed only, and print all that happens.")
    private @Nullable Long traced;

    @Option(names = "--workers", description = "Threads; as many as there are processors when left out.")
    private int workers = Runtime.getRuntime().availableProcessors();

    @Option(names = "--planted", description = "Plant this fault in the protocol: ${COMPLETION-CANDIDATES}.")
    private @Nullable Planted planted;

    @Option(names = "--table", description = "Print how often each fault met each kind of saga.")
    private boolean table;

    /// The command as the command line makes it.
    public SimCommand() {
        this(System.out);
    }

    SimCommand(PrintStream out) {
        this.out = out;
    }

    @Option(names = "--planted-all", description = "Plant every fault in turn, and print how often it is found.")
    private boolean plantedAll;

    @Override
    public Integer call() throws InterruptedException {
        if (seeds < 1 || workers < 1) {
            throw new IllegalArgumentException("--seeds and --workers must be at least 1");
        }
        Long seed = traced;
        if (seed != null) {
            return trace(seed);
        }
        if (plantedAll) {
            return findAllPlanted();
        }
        replay();
        findCanary();
        play();
        return ok ? 0 : 1;
    }

    private Parts parts() {
        return planted == null ? Parts.PRODUCTION : planted.parts();
    }

    private int trace(long seed) {
        Outcome outcome = new World(seed, parts(), out).run();
        out.println(outcome.broken().map(InvariantBroken::text).orElse("every invariant holds"));
        out.printf(
                Locale.ROOT,
                "seed %d: %.1f virtual s, %d faults, trace %016x%n",
                seed,
                outcome.micros() / 1e6,
                outcome.coverage().faults(),
                outcome.hash());
        return outcome.broken().isPresent() ? 1 : 0;
    }

    private void replay() {
        List<Long> regressions = Regressions.seeds();
        for (long seed : regressions) {
            Outcome outcome = new World(seed, parts(), null).run();
            if (outcome.broken().isPresent()) {
                show(outcome);
            }
        }
        out.printf(Locale.ROOT, "%d seeds that showed something once: played%n", regressions.size());
    }

    private void findCanary() {
        long found = Campaign.firstBroken(CANARY.parts(), CANARY_SEEDS_MAX);
        if (found < 0) {
            ok = false;
            out.printf(
                    Locale.ROOT, "canary %s NOT FOUND in %d seeds: the checks are blind%n", CANARY, CANARY_SEEDS_MAX);
        } else {
            out.printf(Locale.ROOT, "canary %s (%s): found at seed %d%n", CANARY, CANARY.text(), found);
        }
    }

    private int findAllPlanted() throws InterruptedException {
        int missed = 0;
        for (Planted fault : Planted.values()) {
            Totals totals = new Campaign(fault.parts(), workers, _ -> {}).play(from, seeds);
            missed += totals.violations() == 0 ? 1 : 0;
            String first = totals.broken().stream()
                    .findFirst()
                    .map(outcome -> outcome.seed() + ": "
                            + outcome.broken().orElseThrow().text())
                    .orElse("NOT FOUND");
            out.printf(Locale.ROOT, "%-25s %8.3f %%  %s%n", fault, 100.0 * totals.violations() / totals.seeds(), first);
        }
        out.printf(
                Locale.ROOT,
                "sim: %d of %d planted faults found in %d seeds each%n",
                Planted.values().length - missed,
                Planted.values().length,
                seeds);
        return missed == 0 ? 0 : 1;
    }

    private void play() throws InterruptedException {
        long startNanos = System.nanoTime();
        Totals totals = new Campaign(parts(), workers, progress(startNanos)).play(from, seeds);
        double took = (System.nanoTime() - startNanos) / 1e9;
        totals.broken().stream().limit(SHOWN_MAX).forEach(this::show);
        checkCells(totals);
        if (table) {
            new CoverageTable(totals.coverage()).print(out);
        }
        out.printf(
                Locale.ROOT,
                "sim: %d seeds from %d in %.1f s, %.0f seeds/s; %d faults of %d kinds, %d events, %.1f virtual days;"
                        + " %d violations; trace %016x; %s%n",
                totals.seeds(),
                from,
                took,
                totals.seeds() / took,
                totals.coverage().faults(),
                kinds(totals),
                totals.events(),
                totals.seconds() / 86_400,
                totals.violations(),
                totals.hash(),
                ok ? "ok" : "FAILED");
    }

    private void checkCells(Totals totals) {
        if (totals.seeds() < ENOUGH_FOR_EVERY_CELL) {
            return;
        }
        List<String> empty = totals.coverage().empty();
        if (!empty.isEmpty()) {
            ok = false;
            out.printf(Locale.ROOT, "never met: %s%n", String.join(", ", empty));
        }
    }

    private static long kinds(Totals totals) {
        long kinds = 0;
        for (FaultKind kind : FaultKind.values()) {
            kinds += totals.coverage().faults(kind) > 0 ? 1 : 0;
        }
        return kinds;
    }

    private void show(Outcome outcome) {
        ok = false;
        out.printf(
                Locale.ROOT,
                "seed %d broke %s%n",
                outcome.seed(),
                outcome.broken().orElseThrow().text());
        out.printf(
                Locale.ROOT,
                "  show it: ./ordersaga sim --trace %d%s%n",
                outcome.seed(),
                planted == null ? "" : " --planted " + planted);
    }

    private LongConsumer progress(long startNanos) {
        AtomicLong next = new AtomicLong(startNanos + PROGRESS_NANOS);
        return done -> {
            long now = System.nanoTime();
            long due = next.get();
            if (now - due >= 0 && next.compareAndSet(due, now + PROGRESS_NANOS)) {
                out.printf(Locale.ROOT, "%d of %d seeds, %.0f/s%n", done, seeds, done / ((now - startNanos) / 1e9));
            }
        };
    }
}
