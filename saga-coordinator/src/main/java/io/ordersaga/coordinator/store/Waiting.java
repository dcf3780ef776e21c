package io.ordersaga.coordinator.store;

import java.util.concurrent.CompletableFuture;

/// A write that has not been settled yet. Identity counts: no two are equal.
final class Waiting {

    /// When a write has to go out.
    enum Haste {
        /// Somebody waits for it.
        AWAITED,
        /// The saga is over or waits; nobody waits for the write.
        END,
        /// It only tells how far the saga is.
        PROGRESS
    }

    private final Write write;
    private final Haste haste;
    private final long since;
    private final CompletableFuture<Verdict> verdict;
    private long due;

    /// @param since when its saga was first given to be written, of the states that nobody has written yet
    /// @param due when it has to go out, with or without company
    Waiting(Write write, Haste haste, long since, long due, CompletableFuture<Verdict> verdict) {
        this.write = write;
        this.haste = haste;
        this.since = since;
        this.due = due;
        this.verdict = verdict;
    }

    Write write() {
        return write;
    }

    Haste haste() {
        return haste;
    }

    long since() {
        return since;
    }

    long due() {
        return due;
    }

    void dueAt(long changed) {
        due = changed;
    }

    /// Completed when it is known what became of the write, also when a newer one took its place.
    CompletableFuture<Verdict> verdict() {
        return verdict;
    }
}
