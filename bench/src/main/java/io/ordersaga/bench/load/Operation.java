package io.ordersaga.bench.load;

/// What callers do again and again. Thread-safe.
@FunctionalInterface
public interface Operation {
    /// Does it once and returns when it is done.
    ///
    /// @throws RuntimeException when it did not succeed
    void call();
}
