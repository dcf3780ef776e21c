package io.ordersaga.coordinator.engine;

/// Whether and why nobody works on a transaction that is not over.
public enum Hold {
    /// It is worked on, waits for its time, or is over.
    NOT_HELD,
    /// Set aside by its coordinator or by somebody: it needs attention.
    PARKED,
    /// Somebody wants it left alone for a while.
    PAUSED;

    /// How the reason of what is paused begins, and no other reason does.
    public static final String PAUSED_PREFIX = "paused: ";

    public static Hold of(Saga saga) {
        return saga.parked()
                .map(reason -> reason.startsWith(PAUSED_PREFIX) ? PAUSED : PARKED)
                .orElse(NOT_HELD);
    }
}
