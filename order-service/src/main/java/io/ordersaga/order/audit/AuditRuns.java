package io.ordersaga.order.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.ordersaga.audit.AuditResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs audits, one at a time, and remembers the latest. Thread-safe.
final class AuditRuns {
    private static final Logger LOG = LoggerFactory.getLogger(AuditRuns.class);

    private final Supplier<AuditResult> audit;
    private final InstantSource clock;
    private final MultiGauge violations;
    private @Nullable Run latest;

    /// @param begun when
    /// @param end what came of it; not complete while it is running
    record Run(Instant begun, CompletableFuture<Ended> end) {}

    /// @param time when
    /// @param result empty when it could not be done
    /// @param failure why it could not; empty when it could
    record Ended(Instant time, Optional<AuditResult> result, String failure) {}

    /// @param audit reads all schemas, and may take minutes
    AuditRuns(Supplier<AuditResult> audit, MeterRegistry metrics, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
        this.violations = MultiGauge.builder("audit.violations")
                .description("Rows that break a rule, in the latest audit of this replica that was done")
                .register(metrics);
    }

    /// Begins one, unless one is running.
    synchronized Run begin() {
        Run running = latest;
        if (running != null && !running.end().isDone()) {
            return running;
        }
        Run begun = new Run(clock.instant(), new CompletableFuture<>());
        latest = begun;
        Thread.ofVirtual().name("audit").start(() -> run(begun));
        return begun;
    }

    synchronized Optional<Run> latest() {
        return Optional.ofNullable(latest);
    }

    /// Returns when the run has ended or the time is over.
    static void await(Run run, Duration limit) {
        try {
            run.end().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.debug("the audit goes on longer than somebody waits for it");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run ends with a value", e);
        }
    }

    private void run(Run run) {
        try {
            AuditResult result = audit.get();
            tell(result);
            run.end().complete(new Ended(clock.instant(), Optional.of(result), ""));
        } catch (RuntimeException e) {
            // The border of a thread of its own: whoever waits is told, whatever it was.
            LOG.error("the audit could not be done; the metric keeps what the last one found", e);
            run.end().complete(new Ended(clock.instant(), Optional.empty(), "the audit could not be done"));
        }
    }

    private void tell(AuditResult result) {
        violations.register(
                result.findings().stream()
                        .<MultiGauge.Row<?>>map(
                                finding -> MultiGauge.Row.of(Tags.of("rule", finding.rule()), finding.violations()))
                        .toList(),
                true);
        result.broken()
                .forEach(finding -> LOG.error(
                        "audit: {} is broken by {} rows, such as {}",
                        finding.rule(),
                        finding.violations(),
                        finding.examples().stream().findFirst().orElse("")));
        LOG.info("audit: {}", result.line());
    }
}
