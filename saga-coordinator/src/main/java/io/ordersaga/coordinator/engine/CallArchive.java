package io.ordersaga.coordinator.engine;

import java.util.List;
import java.util.Optional;

/// The calls of a saga's branches, as far as they were kept, a page at a time.
public interface CallArchive {

    /// A page, and where the next one begins.
    ///
    /// @param next empty when this is the last one
    record Page(List<Attempt> calls, Optional<Mark> next) {

        public Page {
            calls = List.copyOf(calls);
        }
    }

    /// One call among those that were kept.
    ///
    /// @param index within its row, from 0, the oldest first
    record Mark(long row, int index) {}

    /// The next calls, in the order that is asked for.
    ///
    /// @param after the last call of the page before; empty begins at the start
    /// @param limit how many at most, from 1
    Page calls(Gid gid, boolean oldestFirst, Optional<Mark> after, int limit);
}
