package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Attempt;
import java.util.Collection;
import java.util.List;

/// A row of the table `saga_attempt`: calls of one saga that were made within a moment.
///
/// @param id tells apart the rows of one saga, and grows with time
/// @param attempts at least one, of one saga, oldest first
record AttemptRow(long id, List<Attempt> attempts) {

    AttemptRow {
        attempts = List.copyOf(attempts);
    }

    Attempt first() {
        return attempts.getFirst();
    }

    List<Attempt> more() {
        return attempts.subList(1, attempts.size());
    }

    /// How many attempts the rows hold.
    static int count(Collection<AttemptRow> rows) {
        return rows.stream().mapToInt(row -> row.attempts.size()).sum();
    }
}
