package io.ordersaga.coordinator.admin.query;

import io.ordersaga.coordinator.admin.query.ScanTable.Looked;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/// Finds the transactions that a filter selects, in the order of their submits, a page at a time. Thread-safe.
public final class Scanner {

    private static final int FIRST_CHUNK = 500;
    private static final int CHUNK_MAX = 5_000;
    private static final int CHUNK_GROWTH = 3;

    private final ScanTable table;
    private final QuerySettings settings;
    private final InstantSource clock;
    private final ToLongFunction<Instant> firstIdOf;

    Scanner(ScanTable table, QuerySettings settings, InstantSource clock, ToLongFunction<Instant> firstIdOf) {
        this.table = table;
        this.settings = settings;
        this.clock = clock;
        this.firstIdOf = firstIdOf;
    }

    /// What was found.
    ///
    /// @param ids of transactions that the filter selects, in the order that was asked for
    /// @param nextAfter what to go on behind; empty when there is no more
    /// @param scanned rows that were looked at
    /// @param stopped whether it ended because that was the most, or took too long
    public record Found(List<Long> ids, OptionalLong nextAfter, long scanned, boolean stopped) {

        public Found {
            ids = List.copyOf(ids);
        }
    }

    /// The next transactions that a filter selects.
    ///
    /// @param after ids that come before this one, or are it, are left out; empty begins at the start
    /// @param wanted how many at most, from 1
    public Found find(Filter filter, Direction direction, OptionalLong after, int wanted) {
        FilterPlan plan = plan(filter);
        String parts = ScanTable.ids(plan, direction);
        long from = plan.fromId();
        long to = plan.toId();
        OptionalLong last = after;
        List<Long> ids = new ArrayList<>();
        long scanned = 0;
        long end = System.nanoTime() + settings.timeMax().toNanos();
        int chunk = Math.max(FIRST_CHUNK, wanted + 1);
        while (true) {
            if (last.isPresent() && direction == Direction.NEWEST_FIRST) {
                to = Math.min(to, last.getAsLong() - 1);
            } else if (last.isPresent()) {
                from = Math.max(from, last.getAsLong() + 1);
            }
            List<Looked> rows = table.next(parts, direction.sql(), plan.values(), from, to, chunk);
            for (Looked row : rows) {
                if (row.fits() && ids.size() == wanted) {
                    return new Found(ids, last, scanned, false);
                }
                scanned++;
                if (row.fits()) {
                    ids.add(row.id());
                }
                last = OptionalLong.of(row.id());
            }
            if (rows.size() < chunk) {
                return new Found(ids, OptionalLong.empty(), scanned, false);
            }
            if (ids.size() == wanted) {
                return new Found(ids, last, scanned, false);
            }
            if (scanned >= settings.scanMax() || System.nanoTime() - end > 0) {
                return new Found(ids, last, scanned, true);
            }
            chunk = (int) Math.min(Math.min(CHUNK_MAX, (long) chunk * CHUNK_GROWTH), settings.scanMax() - scanned);
        }
    }

    /// Where the rows of a filter come from. Those behind a prefix are in no order, so that all of them have to be
    /// looked at for every page; when they are too many, any other way is better.
    FilterPlan plan(Filter filter) {
        FilterPlan plan = FilterPlan.of(filter, clock.instant(), firstIdOf);
        if (plan.candidates().kind() != Candidates.Kind.PREFIX) {
            return plan;
        }
        long behind =
                table.count(ScanTable.unordered(plan), plan.values(), plan.fromId(), plan.toId(), settings.scanMax());
        return behind < settings.scanMax() ? plan : plan.from(Candidates.ALL);
    }

    QuerySettings settings() {
        return settings;
    }

    ScanTable table() {
        return table;
    }
}
