package io.ordersaga.saga.client;

/// What a [Tcc] does: it tries its branches.
@FunctionalInterface
public interface TccWork<T, X extends Exception> {
    /// Returning confirms every branch that was tried, throwing cancels them.
    T run(TccBranches branches) throws X;
}
