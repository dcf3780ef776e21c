package io.ordersaga.bench.shop;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Whether what happened to an order could have happened, by the table of docs/orders.md and not by the service's code.
final class Timeline {
    private static final Map<String, Set<String>> LEGAL = Map.of(
            "PLACING", Set.of("AWAITING_PAYMENT", "REJECTED", "PAID"),
            "AWAITING_PAYMENT", Set.of("PAID", "CANCELLING"),
            "CANCELLING", Set.of("CANCELLED", "AWAITING_PAYMENT"),
            "PAID", Set.of("SHIPPED", "REFUNDING"),
            "SHIPPED", Set.of("COMPLETED", "REFUNDING"),
            "COMPLETED", Set.of("REFUNDING"),
            "REFUNDING", Set.of("REFUNDED", "PAID", "SHIPPED", "COMPLETED"),
            "REJECTED", Set.of(),
            "CANCELLED", Set.of(),
            "REFUNDED", Set.of());

    /// States in which nothing more happens by itself soon.
    static final Set<String> AT_REST =
            Set.of("AWAITING_PAYMENT", "REJECTED", "PAID", "SHIPPED", "COMPLETED", "CANCELLED", "REFUNDED");

    private Timeline() {}

    /// What is wrong with these events of an order that is in `state` now; empty when nothing is.
    static Optional<String> fault(JsonNode events, String state) {
        String now = "";
        for (JsonNode event : events) {
            String from = event.path("fromState").asString("");
            String to = event.path("toState").asString("");
            String type = event.path("type").asString("");
            boolean first = now.isEmpty();
            boolean legal = first
                    ? to.equals("PLACING") && type.equals("CREATED")
                    : from.equals(now)
                            && (from.equals(to)
                                    || LEGAL.getOrDefault(from, Set.of()).contains(to));
            if (!legal) {
                return Optional.of(
                        (first ? "begins with " : "goes on from " + now + " with ") + type + " " + from + " -> " + to);
            }
            now = to;
        }
        return now.equals(state)
                ? Optional.empty()
                : Optional.of("ends with " + (now.isEmpty() ? "nothing" : now) + ", and the order is " + state);
    }
}
