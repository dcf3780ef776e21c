package io.ordersaga.coordinator.engine;

/// Which side of a step is called; the wire names are DTM's.
public enum Op {
    ACTION("action"),
    COMPENSATION("compensate");

    private final String wireName;

    Op(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
