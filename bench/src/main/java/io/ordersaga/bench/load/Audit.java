package io.ordersaga.bench.load;

import io.ordersaga.bench.lab.Server;
import io.ordersaga.stack.process.Polling;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the store says about the sagas of one load.
///
/// @param sagas acknowledged ones
/// @param lost acknowledged, and not in the store
/// @param stuck in the store and not ended within the limit
/// @param wrong ended in another way than the one that was acknowledged
/// @param doubled actions called again although they had succeeded, where nothing gave a reason to: each would be a
///     doubled effect at a participant without a barrier
public record Audit(long sagas, long lost, long stuck, long wrong, long doubled) {
    public static final Audit NOTHING = new Audit(0, 0, 0, 0, 0);

    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);

    /// Waits until all of them have ended, and reads them.
    ///
    /// @param ended how the status of a saga that was acknowledged begins: `succe` or `failed`
    public static Audit of(Server server, String schema, Sagas sagas, String ended) {
        String unfinished = "SELECT COUNT(*) FROM saga WHERE gid LIKE '" + sagas.prefix() + "-%' AND finished IS NULL";
        var _ = Polling.until(() -> server.number(schema, unfinished) == 0, SETTLE_LIMIT);
        Map<String, String> found = new HashMap<>();
        for (List<String> row : server.rows(
                schema,
                "SELECT CAST(gid AS CHAR), LOWER(status) FROM saga WHERE gid LIKE '" + sagas.prefix() + "-%'")) {
            found.put(row.getFirst(), row.getLast());
        }
        Set<String> unknown = new HashSet<>(sagas.unacknowledged());
        long lost = 0;
        long stuck = 0;
        long wrong = 0;
        for (long number = 0; number < sagas.submitted(); number++) {
            String gid = sagas.prefix() + "-" + number;
            String status = found.get(gid);
            if (status == null) {
                lost += unknown.contains(gid) ? 0 : 1;
            } else if (!status.startsWith("succe") && !status.equals("failed")) {
                stuck++;
            } else if (!status.startsWith(ended) && !unknown.contains(gid)) {
                wrong++;
            }
        }
        return new Audit(sagas.submitted() - unknown.size(), lost, stuck, wrong, 0);
    }

    /// With what the participant has counted.
    ///
    /// @param calls of actions of these sagas, each of which called this many
    public Audit withCalls(long calls, int steps, long succeeded) {
        return new Audit(sagas, lost, stuck, wrong, doubled + Math.max(0, calls - steps * succeeded));
    }

    public Audit plus(Audit other) {
        return new Audit(
                sagas + other.sagas,
                lost + other.lost,
                stuck + other.stuck,
                wrong + other.wrong,
                doubled + other.doubled);
    }

    public boolean clean() {
        return lost == 0 && stuck == 0 && wrong == 0 && doubled == 0;
    }
}
