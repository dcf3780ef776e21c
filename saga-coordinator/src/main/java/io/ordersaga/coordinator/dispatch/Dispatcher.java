package io.ordersaga.coordinator.dispatch;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.coordinator.engine.BranchCaller;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Lease;
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
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs sagas on this node: those submitted here at once, those that are due as soon as it finds them.
public final class Dispatcher implements Submissions, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int BACKLOG_COUNT_POLLS = 5;

    private final SagaStore store;
    private final InstantSource clock;
    private final DispatchSettings settings;
    private final RunningSagas running;
    private final DispatchMetrics metrics;
    private final SagaRun.Tools tools;
    private final Loop claiming;
    private final Loop renewing;
    private final AtomicLong backlog = new AtomicLong();
    private int pollsUntilCount;
    private volatile boolean stopping;

    public Dispatcher(
            Engine engine,
            SagaStore store,
            BranchCaller caller,
            DispatchSettings settings,
            InstantSource clock,
            MeterRegistry registry) {
        this.store = store;
        this.clock = clock;
        this.settings = settings;
        this.running = new RunningSagas(settings);
        this.metrics = new DispatchMetrics(registry);
        Waker waker = new Waker(clock);
        this.tools = new SagaRun.Tools(
                engine, store, caller, clock, waker, running, metrics, settings.lease(), () -> stopping);
        this.claiming = new Loop("saga-claim", settings.poll(), waker, this::claim);
        this.renewing = new Loop("saga-renew", settings.lease().dividedBy(6), new Waker(clock), this::renew);
        metrics.gauge("ordersaga.sagas.running", "sagas that this node works on", running, RunningSagas::count);
        metrics.gauge(
                "ordersaga.sagas.backlog", "sagas that are due and that nobody works on", backlog, AtomicLong::get);
    }

    public void start() {
        claiming.start();
        renewing.start();
    }

    /// How long ago this node last looked for due sagas with success.
    public Duration sinceLastClaim() {
        return claiming.sinceItWorked();
    }

    @Override
    public SubmitAnswer submit(SagaDefinition definition, boolean waitForEnd, Duration patience) {
        if (stopping || !running.takeFreshPlace()) {
            metrics.submitted("refused");
            return new SubmitAnswer.Overloaded(RETRY_AFTER);
        }
        metrics.submitted("taken");
        Submitter submitter = new Submitter(waitForEnd);
        SagaRun run = new SagaRun(tools, Saga.fresh(definition, clock.instant()), submitter);
        start(run, running::leaveFreshPlace);
        return submitter.await(patience);
    }

    /// Claims until nothing is due or no place is left.
    private boolean claim() {
        int places = running.takeResumedPlaces(settings.batch());
        if (places == 0) {
            return false;
        }
        int started = 0;
        try {
            List<Claim> claims = store.claimDue(places);
            for (Claim claim : claims) {
                metrics.claimed(claim.abandoned());
                start(new SagaRun(tools, claim), () -> running.leaveResumedPlaces(1));
                started++;
            }
        } finally {
            running.leaveResumedPlaces(places - started);
        }
        boolean more = started == places;
        if (!more) {
            countBacklog();
        }
        return more;
    }

    private void countBacklog() {
        if (pollsUntilCount-- <= 0) {
            pollsUntilCount = BACKLOG_COUNT_POLLS;
            backlog.set(store.countDue());
        }
    }

    private boolean renew() {
        List<Lease> old = running.leasesToRenew();
        long beforeNanos = System.nanoTime();
        Set<Lease> lost = new HashSet<>(store.renew(old));
        for (Lease lease : old) {
            if (lost.contains(lease)) {
                running.lost(lease);
            } else {
                running.renewed(lease, beforeNanos);
            }
        }
        return false;
    }

    private void start(SagaRun run, Runnable leavePlace) {
        Thread.ofVirtual().name("saga-run").start(() -> {
            try {
                run.run();
                run.submitter().leave(new StoreUnavailableException("the run ended early", null));
            } catch (StoreUnavailableException failure) {
                log.warn("a saga could not be written; it is free when its lease ends, and carried on then", failure);
                run.submitter().leave(failure);
                run.forget();
            } catch (RuntimeException failure) {
                // The border of the thread: whatever it was, the saga stays as it was last written.
                log.error("a saga met a bug; it is free when its lease ends, and tried again then", failure);
                run.submitter().leave(failure);
                run.forget();
            } finally {
                leavePlace.run();
            }
        });
    }

    /// Stops at once and hands over: calls under way get [DispatchSettings#drain] to come back, then every saga
    /// is free for whoever claims it next.
    @Override
    public void close() {
        stopping = true;
        claiming.close();
        running.closeAndAwait(settings.drain());
        renewing.close();
        List<Lease> left = running.leases();
        try {
            store.handOver(left);
            log.info("stopped, {} sagas handed over", left.size());
        } catch (StoreUnavailableException failure) {
            log.warn(
                    "stopped, but {} sagas could not be handed over; they are free when their leases end", left.size());
        }
    }
}
