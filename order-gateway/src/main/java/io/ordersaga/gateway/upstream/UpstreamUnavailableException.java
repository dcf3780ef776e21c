package io.ordersaga.gateway.upstream;

import java.time.Duration;

/// The call was not even tried. No stack trace: this is an everyday answer, and it must stay cheap under load.
final class UpstreamUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Why the call was not tried.
    enum Reason {
        /// Too many calls failed lately.
        UPSTREAM_UNAVAILABLE,
        /// As many calls as allowed are under way.
        UPSTREAM_OVERLOADED
    }

    private final String upstream;
    private final Reason reason;
    private final Duration retryAfter;

    UpstreamUnavailableException(String upstream, Reason reason, Duration retryAfter) {
        super(upstream + ": " + reason, null, false, false);
        this.upstream = upstream;
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    String upstream() {
        return upstream;
    }

    Reason reason() {
        return reason;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
