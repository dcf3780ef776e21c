package io.ordersaga.bench.operators;

import io.ordersaga.bench.load.Measured;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/// Pages that are open at once, each before somebody else.
public final class OpenPages implements AutoCloseable {
    private final ScheduledExecutorService clock;
    private final ConcurrentHistogram latencies =
            new ConcurrentHistogram(Measured.nothing().latencies());
    private final LongAdder changed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final long began = System.nanoTime();

    private OpenPages(int pages) {
        this.clock = Executors.newScheduledThreadPool(pages);
    }

    /// Opens one page for each viewer; they keep themselves up to date until this is closed.
    ///
    /// @param paths as many as viewers
    public static OpenPages open(List<Viewer> viewers, List<String> paths) {
        List<OpenPage> pages = new ArrayList<>();
        for (int each = 0; each < viewers.size(); each++) {
            pages.add(OpenPage.of(viewers.get(each), paths.get(each)));
        }
        OpenPages open = new OpenPages(pages.size());
        for (int each = 0; each < pages.size(); each++) {
            open.start(pages.get(each), (double) each / pages.size());
        }
        return open;
    }

    /// @param share of the interval that it waits at first: nobody opens pages all at once
    private void start(OpenPage page, double share) {
        long every = page.interval().toNanos();
        var _ = clock.scheduleAtFixedRate(() -> refresh(page), (long) (every * share), every, TimeUnit.NANOSECONDS);
    }

    private void refresh(OpenPage page) {
        long asked = System.nanoTime();
        try {
            if (page.refresh()) {
                changed.increment();
            }
            latencies.recordValue(Math.max(1, (System.nanoTime() - asked) / 1_000));
        } catch (RuntimeException notAnswered) {
            // Counted; the page asks again in its turn.
            failed.increment();
        }
    }

    /// How often they got something new.
    public long changed() {
        return changed.sum();
    }

    /// What they saw so far.
    public Measured measured() {
        return new Measured(
                latencies.getTotalCount(), failed.sum(), Duration.ofNanos(System.nanoTime() - began), latencies.copy());
    }

    /// Closes all pages.
    @Override
    public void close() {
        clock.shutdownNow();
    }
}
