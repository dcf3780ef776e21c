package io.ordersaga.coordinator.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// When sagas that were let go here are due again, earliest first. Only hints: the table knows better, and what
/// is forgotten here is found by the next poll.
///
/// Wake-ups that are close together are one, so a thousand sagas that wait for the same participant do not
/// cause a thousand searches. Not thread-safe.
public final class Timers {

    /// How coarse wake-ups are; a wake-up is late by up to this and never early.
    static final Duration SLOT = Duration.ofMillis(10);
    /// The database counts a wait from when it stores it, and the store holds waits back for company.
    private static final Duration STORED_LATER = Duration.ofMillis(30);

    private final int slotsMax;
    /// By the end of the slot in milliseconds since the epoch: how many sagas are due in it.
    private final TreeMap<Long, Integer> slots = new TreeMap<>();

    /// @param slotsMax beyond so many different wake-ups the latest ones are forgotten
    public Timers(int slotsMax) {
        this.slotsMax = slotsMax;
    }

    /// A saga will be due at `instant`.
    public void add(Instant instant) {
        long millis = instant.plus(STORED_LATER).toEpochMilli();
        long slot = (millis / SLOT.toMillis() + 1) * SLOT.toMillis();
        slots.merge(slot, 1, Integer::sum);
        if (slots.size() > slotsMax) {
            slots.pollLastEntry();
        }
    }

    public Optional<Instant> nextWakeUp() {
        return slots.isEmpty() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(slots.firstKey()));
    }

    /// Forgets the wake-ups up to `now`.
    ///
    /// @return how many sagas they stood for
    public int takeDue(Instant now) {
        int taken = 0;
        long nowMillis = now.toEpochMilli();
        for (Map.Entry<Long, Integer> slot = slots.firstEntry();
                slot != null && slot.getKey() <= nowMillis;
                slot = slots.firstEntry()) {
            taken += slot.getValue();
            slots.pollFirstEntry();
        }
        return taken;
    }
}
