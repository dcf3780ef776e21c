package io.ordersaga.coordinator.admin.operation;

import io.ordersaga.coordinator.admin.query.Filter;
import io.ordersaga.coordinator.engine.Gid;
import java.util.List;

/// Which transactions a filter selects. Safe for any number of threads.
public interface Selection {

    /// The newest first, and no more than `limit`.
    List<Gid> newest(Filter filter, int limit);
}
