package io.ordersaga.coordinator.dispatch;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchCaller;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.LocalNode;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.Step;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every call of a branch, kept from taking the node with it when its target is slow or gone. Safe for
/// any number of threads.
///
/// Targets are named by submitters, so their number is bounded: when there are too many, one that
/// nobody calls is forgotten, and when all are being called, the newcomers share one.
final class Targets {

    private static final Logger log = LoggerFactory.getLogger(Targets.class);

    /// Times the time for which a target is left alone.
    private static final int PROBES_MAY_HANG = 3;

    private final BranchCaller caller;
    private final TargetSettings settings;
    private final CircuitBreakerConfig breakers;
    private final Map<String, Target> targets = new ConcurrentHashMap<>();
    private final Target others;
    private final TargetPauses pauses = new TargetPauses();

    Targets(BranchCaller caller, TargetSettings settings, InstantSource clock) {
        this.caller = caller;
        this.settings = settings;
        this.breakers = CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(settings.window())
                .minimumNumberOfCalls(settings.window())
                .failureRateThreshold(settings.failuresPercent())
                .waitDurationInOpenState(settings.openFor())
                .permittedNumberOfCallsInHalfOpenState(settings.probes())
                // Probes that hang must not keep a target that is back left alone: then others are sent.
                .maxWaitDurationInHalfOpenState(settings.openFor().multipliedBy(PROBES_MAY_HANG))
                .writableStackTraceEnabled(false)
                .clock(clock.withZone(ZoneOffset.UTC))
                .build();
        this.others = open("other targets");
    }

    /// Calls, or comes back with [BranchOutcome.Unknown] at once or after a short wait when the target
    /// is left alone or has too much to do.
    ///
    /// @param urgent whether it goes before others: a compensation, or a saga that is resumed
    BranchOutcome call(BranchCall call, boolean urgent) {
        String address = addressOf(call.url());
        Optional<String> paused = pauses.why(address);
        return paused.isPresent()
                ? new BranchOutcome.Unknown("not called: " + address + " is " + paused.get(), Trouble.TARGET_PAUSED)
                : target(address).call(call, urgent, caller);
    }

    /// As [#call], without a thread that waits.
    ///
    /// @param answered see [BranchCaller#begin]
    /// @return false when it would have to wait, or the target is paused; nothing was done
    boolean begin(BranchCall call, boolean urgent, Consumer<BranchOutcome> answered) {
        String address = addressOf(call.url());
        return pauses.why(address).isEmpty() && target(address).begin(call, urgent, caller, answered);
    }

    /// See [BranchCaller#failedAgain].
    void failedAgain(BranchCall call, BranchOutcome.Unknown outcome, int failuresInARow) {
        caller.failedAgain(call, outcome, failuresInARow);
    }

    /// A saga that is being stored, until its first call. For one thread.
    static final class Coming {
        private @Nullable Target target;

        private Coming(@Nullable Target target) {
            this.target = target;
        }

        /// Whose first call is not foreseen.
        static Coming anywhere() {
            return new Coming(null);
        }

        /// It calls now, or never will; further calls of this change nothing.
        void arrive() {
            if (target != null) {
                target.arrive();
                target = null;
            }
        }
    }

    /// Asked before a saga is stored: what would wait for a place longer than its caller is better
    /// refused at once, with nothing stored, than begun.
    ///
    /// @param mayBeTurnedAway false for what is to be stored in any case
    /// @return empty when a target of its actions is crowded
    Optional<Coming> announce(SagaDefinition saga, boolean mayBeTurnedAway) {
        @Nullable Target first = null;
        String before = "";
        for (Step step : saga.steps()) {
            if (step.action().isEmpty() || step.action().equals(before)) {
                continue;
            }
            before = step.action();
            String address = addressOf(before);
            if (first == null) {
                first = target(address);
                continue;
            }
            Target later = targets.get(address);
            if (mayBeTurnedAway && later != null && later != first && later.isCrowded()) {
                return Optional.empty();
            }
        }
        return first == null || first.announce(mayBeTurnedAway) ? Optional.of(new Coming(first)) : Optional.empty();
    }

    /// Whether the target of this URL has not answered anybody since then.
    boolean isSilentSince(String url, long nanos) {
        Target target = targets.get(addressOf(url));
        return target != null && target.answeredNanos() - nanos < 0;
    }

    LocalNode.Standing standingOf(String url) {
        String address = addressOf(url);
        if (pauses.why(address).isPresent()) {
            return LocalNode.Standing.PAUSED;
        }
        Target known = targets.get(address);
        return known == null || known.isClosed() ? LocalNode.Standing.CALLED : LocalNode.Standing.LEFT_ALONE;
    }

    TargetPauses pauses() {
        return pauses;
    }

    /// The busiest first.
    List<LocalNode.Target> reports(int limit) {
        long nowNanos = System.nanoTime();
        return targets.values().stream()
                .sorted(Comparator.comparingInt(Target::waiting)
                        .thenComparing(Target::isClosed, Comparator.reverseOrder())
                        .thenComparingLong(target -> target.usedNanos() - nowNanos)
                        .reversed())
                .limit(limit)
                .map(target -> target.report(nowNanos))
                .toList();
    }

    /// How many targets are watched.
    int count() {
        return targets.size();
    }

    /// How many calls wait for their place with this target.
    int waiting(String address) {
        Target target = targets.get(address);
        return target == null ? 0 : target.waiting();
    }

    /// How many targets are left alone, or probed.
    int leftAlone() {
        return (int)
                targets.values().stream().filter(target -> !target.isClosed()).count();
    }

    private Target target(String address) {
        Target known = targets.get(address);
        return known != null ? known : newTarget(address);
    }

    /// One at a time: a target that nobody has met yet is seldom.
    private synchronized Target newTarget(String address) {
        Target known = targets.get(address);
        if (known != null) {
            return known;
        }
        if (targets.size() >= settings.targetsMax() && !forgetOne()) {
            return others;
        }
        Target opened = open(address);
        targets.put(address, opened);
        return opened;
    }

    private boolean forgetOne() {
        return targets.entrySet().stream()
                .filter(entry -> entry.getValue().isIdle())
                .min(Comparator.comparingLong(entry -> entry.getValue().usedNanos()))
                .map(entry -> targets.remove(entry.getKey()) != null)
                .orElse(false);
    }

    private Target open(String address) {
        CircuitBreaker breaker = CircuitBreaker.of(address, breakers);
        breaker.getEventPublisher()
                .onStateTransition(event -> log.info(
                        "{} is now {}",
                        address,
                        switch (event.getStateTransition().getToState()) {
                            case OPEN -> "left alone: it did not answer of late";
                            case HALF_OPEN -> "probed";
                            case CLOSED -> "called again";
                            case DISABLED, FORCED_OPEN, METRICS_ONLY -> "set by hand";
                        }));
        return new Target(address, settings, breaker);
    }

    /// Scheme, host and port of a URL; `dns:///host:1` of `dns:///host:1/Service/Method`. No user, as
    /// that may name a password.
    static String addressOf(String url) {
        int scheme = url.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        if (start < url.length() && url.charAt(start) == '/') {
            start++;
        }
        int end = start;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        int user = url.lastIndexOf('@', end - 1);
        return user < start ? url.substring(0, end) : url.substring(0, start) + url.substring(user + 1, end);
    }
}
