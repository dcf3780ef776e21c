package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.CallArchive;
import io.ordersaga.coordinator.engine.Gid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/// The journal in MySQL or MariaDB. What was called a moment ago may be missing still.
public final class JdbiCallArchive implements CallArchive {

    private final CallTable table;

    public JdbiCallArchive(Jdbi jdbi) {
        this.table = SagaTypes.register(jdbi).onDemand(CallTable.class);
    }

    @Override
    public Page calls(Gid gid, boolean oldestFirst, Optional<Mark> after, int limit) {
        Bytes key = SagaRows.gid(gid);
        // Each row holds at least one call, but the first one may hold none that is behind the mark; and one more tells
        // whether there is a next page.
        int rows = limit + 2;
        List<AttemptRow> found = JdbiSagaStore.answered(() -> oldestFirst
                ? table.after(key, after.map(Mark::row).orElse(Long.MIN_VALUE), rows)
                : table.before(key, after.map(Mark::row).orElse(Long.MAX_VALUE), rows));
        List<Attempt> calls = new ArrayList<>();
        Optional<Mark> last = Optional.empty();
        for (AttemptRow row : found) {
            int size = row.attempts().size();
            for (int position = 0; position < size; position++) {
                int index = oldestFirst ? position : size - 1 - position;
                if (after.isPresent() && isNotBehind(after.get(), row.id(), index, oldestFirst)) {
                    continue;
                }
                if (calls.size() == limit) {
                    return new Page(calls, last);
                }
                calls.add(row.attempts().get(index));
                last = Optional.of(new Mark(row.id(), index));
            }
        }
        return new Page(calls, Optional.empty());
    }

    private static boolean isNotBehind(Mark mark, long row, int index, boolean oldestFirst) {
        return row == mark.row() && (oldestFirst ? index <= mark.index() : index >= mark.index());
    }
}
