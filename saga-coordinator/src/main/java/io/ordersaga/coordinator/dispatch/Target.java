package io.ordersaga.coordinator.dispatch;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchCaller;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.LocalNode;
import io.ordersaga.coordinator.engine.LocalNode.Breaker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// One participant's address: at most so many calls at once, and none for a while after too many
/// failed. Safe for any number of threads.
final class Target {

    /// Who gives a participant less time than this may just be impatient; that says nothing about the
    /// participant and must not be a way to shut it off for everybody else.
    private static final Duration PATIENT = Duration.ofSeconds(1);

    /// Sagas that are here or on their way, for each place: one is served and one waits.
    private static final int CROWD_PER_PLACE = 2;

    private final String address;
    private final Gate gate;
    private final CircuitBreaker breaker;
    private final Duration waitMax;
    private final CallWindow window = new CallWindow();
    private final AtomicInteger coming = new AtomicInteger();
    private volatile long usedNanos = System.nanoTime();
    private volatile long answeredNanos = usedNanos;

    Target(String address, TargetSettings settings, CircuitBreaker breaker) {
        this.address = address;
        this.gate = new Gate(settings.callsMax(), settings.reserved(), settings.waitingMax());
        this.breaker = breaker;
        this.waitMax = settings.waitMax();
    }

    /// Whether the participant was called, and not left alone.
    static boolean wasCalled(BranchOutcome outcome) {
        return !(outcome instanceof BranchOutcome.Unknown(String _, Trouble trouble)
                && (trouble == Trouble.NOT_CALLED || trouble == Trouble.TARGET_PAUSED));
    }

    /// Calls, or tells that it was not done.
    BranchOutcome call(BranchCall call, boolean urgent, BranchCaller caller) {
        usedNanos = System.nanoTime();
        if (!breaker.tryAcquirePermission()) {
            return leftAlone();
        }
        if (!gate.enter(urgent, waitMax)) {
            breaker.releasePermission();
            return new BranchOutcome.Unknown("not called: too many calls of " + address, Trouble.NOT_CALLED);
        }
        try {
            if (breaker.getState() == CircuitBreaker.State.OPEN) {
                // It went away while this call waited for its place.
                return leftAlone();
            }
            return counted(call, caller);
        } finally {
            gate.leave();
        }
    }

    /// As [#call], when the target is well and has a free place, and the caller can do without a
    /// thread that waits.
    ///
    /// @param answered see [BranchCaller#begin]
    /// @return false when nothing was done
    boolean begin(BranchCall call, boolean urgent, BranchCaller caller, Consumer<BranchOutcome> answered) {
        if (!isClosed() || !gate.enterAtOnce(urgent)) {
            return false;
        }
        boolean begun = false;
        try {
            begun = breaker.tryAcquirePermission() && beginInPlace(call, caller, answered);
        } finally {
            if (!begun) {
                gate.leave();
            }
        }
        return begun;
    }

    private boolean beginInPlace(BranchCall call, BranchCaller caller, Consumer<BranchOutcome> answered) {
        long startNanos = System.nanoTime();
        usedNanos = startNanos;
        boolean begun = false;
        try {
            begun = caller.begin(call, outcome -> {
                try {
                    count(call, outcome, startNanos);
                } finally {
                    gate.leave();
                }
                answered.accept(outcome);
            });
        } finally {
            if (!begun) {
                breaker.releasePermission();
            }
        }
        return begun;
    }

    private BranchOutcome leftAlone() {
        return new BranchOutcome.Unknown("not called: " + address + " did not answer of late", Trouble.NOT_CALLED);
    }

    /// Every way out tells the breaker something, or it would run out of probes.
    private BranchOutcome counted(BranchCall call, BranchCaller caller) {
        long startNanos = System.nanoTime();
        BranchOutcome outcome;
        try {
            outcome = caller.call(call);
        } catch (RuntimeException | Error failure) {
            breaker.releasePermission();
            throw failure;
        }
        count(call, outcome, startNanos);
        return outcome;
    }

    private void count(BranchCall call, BranchOutcome outcome, long startNanos) {
        long endNanos = System.nanoTime();
        long tookNanos = endNanos - startNanos;
        switch (outcome) {
            case BranchOutcome.Unknown(String cause, Trouble trouble) -> {
                switch (trouble) {
                    case NOT_CALLED, TARGET_PAUSED, UNREACHABLE -> failed(tookNanos, cause);
                    case NO_ANSWER -> {
                        if (call.timeout().isZero() || call.timeout().compareTo(PATIENT) >= 0) {
                            failed(tookNanos, cause);
                        } else {
                            breaker.releasePermission();
                        }
                    }
                    case ERROR -> answered(tookNanos, endNanos);
                }
            }
            case BranchOutcome.Succeeded _, BranchOutcome.Refused _, BranchOutcome.Ongoing _ ->
                answered(tookNanos, endNanos);
        }
    }

    private void answered(long tookNanos, long endNanos) {
        answeredNanos = endNanos;
        window.add(endNanos, tookNanos, true);
        breaker.onSuccess(tookNanos, TimeUnit.NANOSECONDS);
    }

    private void failed(long tookNanos, String cause) {
        window.add(System.nanoTime(), tookNanos, false);
        breaker.onError(tookNanos, TimeUnit.NANOSECONDS, new NoAnswer(cause));
    }

    /// A saga is being stored that will come here first.
    ///
    /// @return false when it should not come: it would wait for longer than a call takes
    boolean announce(boolean mayBeTurnedAway) {
        int others = coming.getAndIncrement();
        if (mayBeTurnedAway && isCrowded(others)) {
            arrive();
            return false;
        }
        return true;
    }

    /// It has come, or will not.
    void arrive() {
        coming.decrementAndGet();
    }

    boolean isCrowded() {
        return isCrowded(coming.get());
    }

    /// Nobody waits long for one that is left alone, and one that answers nobody is no reason to turn
    /// anybody away: what it is to do is stored until it is back.
    private boolean isCrowded(int others) {
        return others + gate.present() >= CROWD_PER_PLACE * gate.ordinaryPlaces()
                && isClosed()
                && System.nanoTime() - answeredNanos < waitMax.toNanos();
    }

    LocalNode.Target report(long nowNanos) {
        CallWindow.Figures figures = window.figures(nowNanos);
        return new LocalNode.Target(
                address,
                switch (breaker.getState()) {
                    case CLOSED, DISABLED, METRICS_ONLY -> Breaker.CLOSED;
                    case HALF_OPEN -> Breaker.HALF_OPEN;
                    case OPEN, FORCED_OPEN -> Breaker.OPEN;
                },
                gate.present() - gate.waiting(),
                gate.waiting(),
                gate.places(),
                figures.calls(),
                figures.answered(),
                figures.p50(),
                figures.p99());
    }

    boolean isClosed() {
        return breaker.getState() == CircuitBreaker.State.CLOSED;
    }

    int waiting() {
        return gate.waiting();
    }

    boolean isIdle() {
        return gate.isIdle();
    }

    long usedNanos() {
        return usedNanos;
    }

    /// When it last answered anything; when it was first met, before that.
    long answeredNanos() {
        return answeredNanos;
    }

    /// For the breaker, which wants a throwable. Nobody throws it.
    private static final class NoAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoAnswer(String cause) {
            super(cause, null, false, false);
        }
    }
}
