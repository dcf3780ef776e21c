package io.ordersaga.bench.shop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// What the shoppers were told, and what they have to complain about. Thread-safe.
final class Journal {
    private static final int EXAMPLES_MAX = 10;

    /// The furthest that a shopper knows their order to have come.
    enum Told {
        /// It exists.
        ACCEPTED,
        /// Its end is known: it was not placed.
        REJECTED,
        /// It is paid, whatever comes after.
        PAID,
        CANCELLED,
        REFUNDED
    }

    private final Map<String, Told> orders = new ConcurrentHashMap<>();
    private final Map<String, String> buyers = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> deeds = new ConcurrentSkipListMap<>();
    private final Map<Integer, AtomicLong> codes = new ConcurrentSkipListMap<>();
    private final Map<String, List<String>> complaints = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicLong> complaintCounts = new ConcurrentSkipListMap<>();
    private final AtomicLong repeats = new AtomicLong();

    /// A promise to the customer: this order exists.
    void acknowledged(String order, String user) {
        orders.putIfAbsent(order, Told.ACCEPTED);
        buyers.put(order, user);
    }

    /// A further promise; one that contradicts an earlier one is a complaint.
    void told(String order, Told told) {
        orders.merge(order, told, (before, now) -> {
            boolean contradicted = switch (before) {
                case ACCEPTED -> false;
                case PAID -> now == Told.REJECTED || now == Told.CANCELLED;
                case REJECTED, CANCELLED, REFUNDED -> now != before;
            };
            if (contradicted) {
                complain("is told two ends", order + " was " + before + " and is " + now);
            }
            return contradicted ? before : now;
        });
    }

    Map<String, Told> orders() {
        return Map.copyOf(orders);
    }

    String buyer(String order) {
        return buyers.getOrDefault(order, "");
    }

    long acknowledged() {
        return orders.size();
    }

    /// Counts something that happened, such as `cancelled` or the reason of a refusal.
    void did(String deed) {
        deeds.computeIfAbsent(deed, _ -> new AtomicLong()).incrementAndGet();
    }

    Map<String, Long> deeds() {
        Map<String, Long> copy = new TreeMap<>();
        deeds.forEach((deed, count) -> copy.put(deed, count.get()));
        return copy;
    }

    void answered(int code) {
        codes.computeIfAbsent(code, _ -> new AtomicLong()).incrementAndGet();
    }

    /// Answers by HTTP code; 0 is none at all.
    Map<Integer, Long> codes() {
        Map<Integer, Long> copy = new TreeMap<>();
        codes.forEach((code, count) -> copy.put(code, count.get()));
        return copy;
    }

    void repeated() {
        repeats.incrementAndGet();
    }

    /// Requests that had to be sent again.
    long repeats() {
        return repeats.get();
    }

    /// The shop broke a promise.
    ///
    /// @param promise what was broken, the same for all of a kind
    /// @param example this case
    void complain(String promise, String example) {
        complaintCounts.computeIfAbsent(promise, _ -> new AtomicLong()).incrementAndGet();
        complaints.compute(promise, (_, known) -> {
            List<String> examples = known == null ? new ArrayList<>() : known;
            if (examples.size() < EXAMPLES_MAX) {
                examples.add(example);
            }
            return examples;
        });
    }

    long complaints() {
        return complaintCounts.values().stream().mapToLong(AtomicLong::get).sum();
    }

    /// One line for each kind, with the first cases below it.
    List<String> complaintLines() {
        List<String> lines = new ArrayList<>();
        complaintCounts.forEach((promise, count) -> {
            lines.add("BROKEN %s (%,d)".formatted(promise, count.get()));
            List<String> examples = complaints.getOrDefault(promise, List.of());
            examples.forEach(example -> lines.add("    " + example));
        });
        return lines;
    }
}
