package io.ordersaga.coordinator.admin.access.oidc;

import org.jspecify.annotations.Nullable;

/// Why nobody was vouched for. The message is for the log: it has no token, code or secret in it.
public final class ProviderFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What became of a sign-in.
    public enum Kind {
        /// The provider did not answer, or nothing that is of use; it may later.
        UNAVAILABLE,
        /// Too many sign in at the moment.
        BUSY,
        /// What came back is no answer to what this browser asked.
        STATE_WRONG,
        /// The provider does not take the code, or says so of us.
        REFUSED,
        /// The provider's token cannot be believed.
        TOKEN_INVALID
    }

    private final Kind kind;

    ProviderFailure(Kind kind, String message) {
        this(kind, message, null);
    }

    ProviderFailure(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
