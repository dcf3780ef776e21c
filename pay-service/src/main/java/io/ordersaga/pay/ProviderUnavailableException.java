package io.ordersaga.pay;

import org.jspecify.annotations.Nullable;

/// The provider gave no answer that says how things stand; the call may have taken effect or not. To be
/// asked again.
public final class ProviderUnavailableException extends RuntimeException {
    public ProviderUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
