package io.ordersaga.bench.chaos;

import java.time.Duration;

/// One planned fault.
///
/// @param at when, from the start of the faults
/// @param kind what
/// @param target which of the things of that kind: 0 or 1
/// @param lasts how long a pause, a loss or a delay goes on
record Fault(Duration at, Kind kind, int target, Duration lasts) {
    @Override
    public String toString() {
        return "%5.1f s %s %d".formatted(at.toMillis() / 1000.0, kind.label(), target);
    }
}
