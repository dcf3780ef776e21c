package io.ordersaga.coordinator.dispatch;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The participants that operators want left alone. Thread-safe.
final class TargetPauses {

    /// Of so many sagas it is known that their journal says already that they wait for a paused participant.
    private static final int TOLD_MAX = 100_000;

    private final Set<Long> told = ConcurrentHashMap.newKeySet();
    private volatile Map<String, String> whyByAddress = Map.of();

    void set(Map<String, String> wanted) {
        if (!wanted.equals(whyByAddress)) {
            whyByAddress = Map.copyOf(wanted);
            told.clear();
        }
    }

    /// Why the participant is to be left alone; empty when it is not.
    Optional<String> why(String address) {
        return Optional.ofNullable(whyByAddress.get(address));
    }

    /// Whether nobody was told yet that this saga waits for a paused participant. One that waits for long is looked
    /// at again and again, and its journal need not say so each time.
    boolean isNews(long sagaId) {
        return told.size() < TOLD_MAX && told.add(sagaId);
    }
}
