package io.ordersaga.stock;

/// What can happen to pieces. The signs say what an order's movement does with its quantity.
public enum MovementKind {
    /// What was there when the ledger began.
    OPENING(0, 0, 0),
    /// Staff added or took pieces.
    ADJUST(0, 0, 0),
    RESERVE(-1, 1, 0),
    RELEASE(1, -1, 0),
    COMMIT(0, -1, 1),
    RESTOCK(1, 0, -1);

    private final int available;
    private final int reserved;
    private final int sold;

    MovementKind(int available, int reserved, int sold) {
        this.available = available;
        this.reserved = reserved;
        this.sold = sold;
    }

    public int available() {
        return available;
    }

    public int reserved() {
        return reserved;
    }

    public int sold() {
        return sold;
    }
}
