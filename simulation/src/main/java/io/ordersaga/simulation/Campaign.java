package io.ordersaga.simulation;

import io.ordersaga.simulation.world.Parts;
import io.ordersaga.simulation.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/// Plays many seeds at once. Each seed's world belongs to one thread.
final class Campaign {

    private static final int BLOCK = 200;

    private final Parts parts;
    private final int workers;
    private final LongConsumer progress;

    /// @param progress hears now and then how many seeds are done; called by any worker
    Campaign(Parts parts, int workers, LongConsumer progress) {
        this.parts = parts;
        this.workers = workers;
        this.progress = progress;
    }

    Totals play(long from, long count) throws InterruptedException {
        AtomicLong next = new AtomicLong(from);
        AtomicLong done = new AtomicLong();
        Totals all = new Totals();
        try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
            List<Future<Totals>> parted = new ArrayList<>();
            for (int worker = 0; worker < workers; worker++) {
                parted.add(pool.submit(() -> work(next, from + count, done)));
            }
            for (Future<Totals> part : parted) {
                all.add(part.get());
            }
        } catch (ExecutionException failure) {
            throw new IllegalStateException("a world fell apart: " + failure.getCause(), failure.getCause());
        }
        return all;
    }

    private Totals work(AtomicLong next, long end, AtomicLong done) {
        Totals mine = new Totals();
        for (long start = next.getAndAdd(BLOCK); start < end; start = next.getAndAdd(BLOCK)) {
            long stop = Math.min(end, start + BLOCK);
            for (long seed = start; seed < stop; seed++) {
                mine.add(new World(seed, parts, null).run());
            }
            progress.accept(done.addAndGet(stop - start));
        }
        return mine;
    }

    /// The first seed, from 0, in which something breaks; -1 when none of `count` does.
    static long firstBroken(Parts parts, long count) {
        for (long seed = 0; seed < count; seed++) {
            if (new World(seed, parts, null).run().broken().isPresent()) {
                return seed;
            }
        }
        return -1;
    }
}
