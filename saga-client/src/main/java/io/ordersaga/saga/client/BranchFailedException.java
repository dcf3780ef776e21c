package io.ordersaga.saga.client;

import org.jspecify.annotations.Nullable;

/// A branch that was called directly gave no clear answer: nobody knows whether it did what it was asked
/// for.
public final class BranchFailedException extends RuntimeException {
    BranchFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
