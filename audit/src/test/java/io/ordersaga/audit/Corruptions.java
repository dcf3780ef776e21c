package io.ordersaga.audit;

import java.util.List;
import java.util.Set;

/// One thing that is wrong in the [Story] for each rule, at least.
final class Corruptions {
    /// @param rules that find it
    /// @param statements that make it
    record Corruption(Set<String> rules, List<String> statements) {}

    private Corruptions() {}

    static List<Corruption> all() {
        return List.of(
                wrong("I1-ledger", "UPDATE {stock}.stock SET available = available + 1"),
                wrong("I1-ledger", "DELETE FROM {stock}.stock_movement WHERE movement_no = 12",
                        "UPDATE {stock}.stock_movement SET movement_no = 12 WHERE movement_no = 9",
                        "UPDATE {stock}.stock SET available = available - 2, sold = sold + 1, reserved = reserved + 1",
                        "UPDATE {stock}.reservation SET quantity = 3 WHERE order_id = 'open'"),
                wrong("I1-conserved", "UPDATE {stock}.stock_movement SET delta_available = 2 WHERE movement_no = 12",
                        "UPDATE {stock}.stock SET available = available + 1"));
    }

    private static Corruption wrong(String rule, String... statements) {
        return new Corruption(Set.of(rule), List.of(statements));
    }
}
