package io.ordersaga.simulation.world;

import java.io.Serial;

/// Something that must never happen, or should have happened by now.
public final class InvariantBroken extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String invariant;

    /// @param invariant its short name, such as `I3`
    public InvariantBroken(String invariant, String text) {
        super(invariant + ": " + text);
        this.invariant = invariant;
    }

    public String invariant() {
        return invariant;
    }
}
