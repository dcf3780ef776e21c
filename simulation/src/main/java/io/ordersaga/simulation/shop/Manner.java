package io.ordersaga.simulation.shop;

/// How a participant behaves towards one step, besides what goes wrong around it.
///
/// @param refuses whether the action is always refused
/// @param poisoned the side that never works until somebody repairs it
/// @param ongoing how often each side says that it is still working before it says more
public record Manner(boolean refuses, Poison poisoned, int ongoing) {

    public static final Manner PLAIN = new Manner(false, Poison.NEITHER, 0);

    public enum Poison {
        NEITHER,
        ACTION,
        COMPENSATION
    }

    boolean poisons(String op) {
        return switch (poisoned) {
            case NEITHER -> false;
            case ACTION -> op.equals("action");
            case COMPENSATION -> op.equals("compensate");
        };
    }

    Manner repaired() {
        return new Manner(refuses, Poison.NEITHER, ongoing);
    }
}
