package io.ordersaga.coordinator.dispatch;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.coordinator.engine.BranchCaller;
import io.ordersaga.coordinator.engine.DecisionStore;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.LocalNode;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStore;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.engine.Submissions;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs sagas on this node: those submitted here at once, those that are due as soon as it finds them.
public final class Dispatcher implements Submissions, LocalNode, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    /// The busiest; the page shows no more.
    private static final int TARGETS_REPORTED_MAX = 200;
    static final SubmitAnswer.Overloaded OVERLOADED = new SubmitAnswer.Overloaded(Duration.ofSeconds(1));

    private final Engine engine;
    private final SagaStore store;
    private final InstantSource clock;
    private final DispatchSettings settings;
    private final RunningSagas running;
    private final DispatchMetrics metrics;
    private final SagaRun.Tools tools;
    private final Claimer claimer;
    private final Loop renewing;
    private volatile boolean stopping;
    private volatile boolean draining;

    /// @param node this coordinator's name, at most 64 characters
    public Dispatcher(
            String node,
            Engine engine,
            SagaStore store,
            BranchCaller caller,
            DispatchSettings settings,
            TargetSettings targetSettings,
            InstantSource clock,
            MeterRegistry registry) {
        this.engine = engine;
        this.store = store;
        this.clock = clock;
        this.settings = settings;
        this.running = new RunningSagas(settings);
        this.metrics = new DispatchMetrics(registry);
        this.claimer = new Claimer(settings, store, running, clock, this::resume);
        Targets targets = new Targets(caller, targetSettings, clock);
        this.tools = new SagaRun.Tools(
                store,
                targets,
                clock,
                claimer::wakeAt,
                running,
                metrics,
                settings.lease(),
                node,
                () -> stopping || draining,
                this::handOverAlone);
        this.renewing = new Loop("saga-renew", new SteadyPause(settings.lease().dividedBy(6)), this::renew);
        store.onLost(running::lost);
        describe(targets);
    }

    private void describe(Targets targets) {
        metrics.gauge("ordersaga.sagas.running", "sagas that this node works on", running, RunningSagas::count);
        metrics.gauge(
                "ordersaga.sagas.fresh.limit",
                "sagas that may run because they were submitted here",
                running.fresh(),
                Admission::limit);
        metrics.gauge(
                "ordersaga.sagas.backlog", "sagas that are due and that nobody works on", claimer, Claimer::backlog);
        metrics.gauge(
                "ordersaga.sagas.backlog.age.seconds",
                "for how long the oldest of them has been due",
                claimer,
                Claimer::backlogAge);
        metrics.gauge("ordersaga.targets", "targets that are watched", targets, Targets::count);
        metrics.gauge(
                "ordersaga.targets.left.alone", "targets that did not answer of late", targets, Targets::leftAlone);
    }

    public void start() {
        claimer.start();
        renewing.start();
    }

    /// How long ago this node last looked for due sagas with success.
    public Duration sinceLastClaim() {
        return claimer.sinceItWorked();
    }

    @Override
    public Optional<SubmitAnswer.Overloaded> overload() {
        if (stopping || running.fresh().isFull(System.nanoTime())) {
            metrics.refused();
            return Optional.of(OVERLOADED);
        }
        return Optional.empty();
    }

    @Override
    public SubmitAnswer submit(SagaDefinition definition, boolean waitForEnd, Duration patience) {
        if (!enter()) {
            return OVERLOADED;
        }
        Optional<Targets.Coming> coming = tools.targets().announce(definition, waitForEnd);
        if (coming.isEmpty()) {
            running.fresh().turnedAway(System.nanoTime());
            running.leaveFreshPlace();
            metrics.refused();
            return OVERLOADED;
        }
        metrics.taken();
        Saga fresh = Saga.fresh(definition, clock.instant());
        return run(SagaDriver.submitted(engine, fresh), new Submitter(waitForEnd), coming.get(), patience);
    }

    /// Stores a transaction that waits for what its client decides.
    SubmitAnswer prepare(SagaDefinition definition, Duration patience) {
        if (!enter()) {
            return OVERLOADED;
        }
        Saga announced = Saga.announced(definition, clock.instant());
        return run(SagaDriver.prepared(engine, announced), new Submitter(false), Targets.Coming.anywhere(), patience);
    }

    /// Goes on with a transaction that was taken over with a decision, in the place that [#enter] took.
    SubmitAnswer goOn(DecisionStore.Outcome.Changed changed, boolean waitForEnd, Duration patience) {
        running.lost(changed.before());
        SagaDriver driver = SagaDriver.takenOver(engine, changed.now(), changed.transition());
        return run(driver, new Submitter(waitForEnd), Targets.Coming.anywhere(), patience);
    }

    /// Takes a place for a transaction; [#run] leaves it again.
    boolean enter() {
        if (stopping || !running.fresh().enter(System.nanoTime())) {
            metrics.refused();
            return false;
        }
        return true;
    }

    void leave() {
        running.leaveFreshPlace();
    }

    private SubmitAnswer run(SagaDriver driver, Submitter submitter, Targets.Coming coming, Duration patience) {
        new SagaRun(tools, driver, submitter, coming, false, running::leaveFreshPlace).start();
        return submitter.await(patience);
    }

    private void resume(Claim claim) {
        metrics.claimed(claim.abandoned());
        SagaDriver driver = SagaDriver.claimed(engine, claim);
        new SagaRun(tools, driver, Submitter.nobody(), Targets.Coming.anywhere(), true, () -> {
                    running.leaveResumedPlace();
                    claimer.placeFreed();
                })
                .start();
    }

    /// Somebody decided about it, and it is theirs. It may be due at once.
    void surrender(Lease before) {
        running.lost(before);
        claimer.wakeAt(clock.instant());
    }

    @Override
    public Report report() {
        return new Report(
                running.count(),
                running.leases().size(),
                settings.resumedMax(),
                claimer.sinceItWorked(),
                claimer.backlog(),
                draining,
                tools.targets().reports(TARGETS_REPORTED_MAX));
    }

    @Override
    public void pauseTargets(Map<String, String> whyByAddress) {
        tools.targets().pauses().set(whyByAddress);
    }

    @Override
    public String addressOf(String url) {
        return Targets.addressOf(url);
    }

    @Override
    public Standing standingOf(String url) {
        return tools.targets().standingOf(url);
    }

    @Override
    public void drain(boolean wanted) {
        if (draining != wanted) {
            log.info(wanted ? "drained: takes up no saga and hands over those it has" : "takes up sagas again");
        }
        draining = wanted;
        claimer.hold(wanted);
    }

    private boolean handOverAlone(Lease lease) {
        if (stopping) {
            return false;
        }
        try {
            store.handOver(List.of(lease));
        } catch (StoreUnavailableException failure) {
            log.warn("{} could not be handed over; it is free when its lease ends", lease, failure);
        }
        return true;
    }

    private void renew() {
        List<Lease> old = running.leasesToRenew();
        if (old.isEmpty()) {
            return;
        }
        long beforeNanos = System.nanoTime();
        Set<Lease> lost = new HashSet<>(store.renew(old));
        for (Lease lease : old) {
            if (lost.contains(lease)) {
                running.lost(lease);
            } else {
                running.renewed(lease, beforeNanos);
            }
        }
    }

    /// Stops at once and hands over: calls under way get [DispatchSettings#drain] to come back, then
    /// every saga is free for whoever claims it next.
    @Override
    public void close() {
        stopping = true;
        claimer.close();
        running.awaitNone(settings.drain());
        renewing.close();
        List<Lease> left = running.leases();
        try {
            store.handOver(left);
            log.info("stopped, {} sagas handed over", left.size());
        } catch (StoreUnavailableException failure) {
            log.warn(
                    "stopped, but {} sagas could not be handed over; they are free when their leases end",
                    left.size(),
                    failure);
        }
        left.forEach(running::lost);
    }
}
