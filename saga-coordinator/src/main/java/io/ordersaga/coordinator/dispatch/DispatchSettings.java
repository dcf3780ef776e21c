package io.ordersaga.coordinator.dispatch;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How much runs at once, and how soon what was left lying is found.
///
/// @param freshMin sagas that may always run because they were submitted here, however slow the store
/// @param freshMax sagas that may run because they were submitted here when the store is quick; beyond what may
///     run a submit is refused
/// @param storeGoal while storing a new saga takes no longer, more may run
/// @param resumedMax sagas running because they were due; apart from the fresh ones, so that neither starves
///     the other
/// @param batch sagas claimed in one transaction
/// @param poll how often the table is searched for due sagas when no wake-up says that there are any
/// @param lease how long a saga stays with a coordinator that is silent: after a kill, others resume it within
///     this
/// @param drain how long a coordinator that stops waits for branch calls under way before it hands their sagas
///     over
public record DispatchSettings(
        @DefaultValue("128") int freshMin,
        @DefaultValue("1000") int freshMax,
        @DefaultValue("200ms") Duration storeGoal,
        @DefaultValue("500") int resumedMax,
        @DefaultValue("100") int batch,
        @DefaultValue("1s") Duration poll,
        @DefaultValue("5s") Duration lease,
        @DefaultValue("500ms") Duration drain) {

    public DispatchSettings {
        positive("fresh-min", freshMin > 0);
        positive("fresh-max", freshMax > 0);
        positive("store-goal", storeGoal.isPositive());
        positive("resumed-max", resumedMax > 0);
        positive("batch", batch > 0);
        positive("poll", poll.isPositive());
        positive("lease", lease.isPositive());
        positive("drain", drain.isPositive());
    }

    private static void positive(String setting, boolean isPositive) {
        if (!isPositive) {
            throw new IllegalArgumentException("ordersaga.coordinator.dispatch." + setting + " must be positive");
        }
    }
}
