package io.ordersaga.coordinator.admin.operation;

import io.ordersaga.coordinator.admin.query.Direction;
import io.ordersaga.coordinator.admin.query.Filter;
import io.ordersaga.coordinator.admin.query.QueryGate;
import io.ordersaga.coordinator.admin.query.Scanner;
import io.ordersaga.coordinator.engine.Gid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Which transactions a filter selects, all of them and not only a page. Safe for any number of threads.
public final class Selection {

    private static final int PORTION_MAX = 1_000;

    private final Scanner scanner;
    private final BatchJobTable table;
    private final QueryGate gate;
    private final Duration patience;

    /// @param patience how long a question may take
    public Selection(Scanner scanner, BatchJobTable table, QueryGate gate, Duration patience) {
        this.scanner = scanner;
        this.table = table;
        this.gate = gate;
        this.patience = patience;
    }

    /// The newest first, and no more than `limit`; empty when it takes too long to find them.
    Optional<List<Gid>> newest(Filter filter, int limit) {
        long endNanos = System.nanoTime() + patience.toNanos();
        List<Gid> gids = new ArrayList<>();
        OptionalLong after = OptionalLong.empty();
        do {
            int wanted = Math.min(PORTION_MAX, limit - gids.size());
            OptionalLong last = after;
            // A turn for each portion, so that a large selection holds up nobody's short question.
            Scanner.Found found = gate.ask(() -> portion(filter, last, wanted, gids));
            after = found.nextAfter();
            if (after.isPresent() && gids.size() < limit && System.nanoTime() - endNanos > 0) {
                return Optional.empty();
            }
        } while (after.isPresent() && gids.size() < limit);
        return Optional.of(gids);
    }

    private Scanner.Found portion(Filter filter, OptionalLong after, int wanted, List<Gid> gids) {
        Scanner.Found found = scanner.find(filter, Direction.NEWEST_FIRST, after, wanted);
        if (!found.ids().isEmpty()) {
            table.gids(found.ids()).forEach(gid -> gids.add(new Gid(gid.toText())));
        }
        return found;
    }
}
