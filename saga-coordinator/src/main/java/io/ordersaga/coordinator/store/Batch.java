package io.ordersaga.coordinator.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// What goes into one transaction: at most one row of each saga.
record Batch(List<Write> writes, List<AttemptRow> attempts) {

    Batch {
        writes = List.copyOf(writes);
        attempts = List.copyOf(attempts);
    }

    boolean isEmpty() {
        return writes.isEmpty() && attempts.isEmpty();
    }

    int rows() {
        return writes.size() + attempts.size();
    }

    /// What became of it.
    ///
    /// @param verdicts by saga id, one for each write
    /// @param unwritten attempts that the database may take later
    /// @param refused how many attempts it will never take
    record Result(Map<Long, Verdict> verdicts, List<AttemptRow> unwritten, int refused) {

        Verdict of(Write write) {
            Verdict verdict = verdicts.get(write.sagaId());
            return verdict == null ? new Verdict.Unknown(new SQLException("nothing is known")) : verdict;
        }
    }
}
