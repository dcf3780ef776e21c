package io.ordersaga.simulation.world;

import java.io.Serial;

/// Something that must never happen, or should have happened by now.
public final class InvariantBroken extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String invariant;
    private final String text;

    /// @param invariant its short name, such as `I3`
    public InvariantBroken(String invariant, String text) {
        super(invariant + ": " + text);
        this.invariant = invariant;
        this.text = invariant + ": " + text;
    }

    /// The invariant and what broke it.
    public String text() {
        return text;
    }

    public String invariant() {
        return invariant;
    }
}
