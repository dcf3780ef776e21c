package io.ordersaga.coordinator.admin.operation;

import io.ordersaga.coordinator.engine.LocalNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// What one node hears and says: with every poll it heeds which targets are paused and whether it is to be drained,
/// and every few seconds it writes down how it is. Thread-safe.
public final class NodeBeat implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeBeat.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration KEEP = Duration.ofDays(1);
    private static final Duration FORGET_EVERY = Duration.ofHours(1);

    private final NodeTable table;
    private final LocalNode node;
    private final Self self;
    private final OperationSettings settings;
    private final InstantSource clock;
    private final ScheduledExecutorService thread;
    private Instant nextReport;
    private Instant nextForget;
    private boolean failing;
    private boolean closed;

    /// Which node this is.
    ///
    /// @param name at most 64 characters
    /// @param version at most 64 characters
    /// @param host at most 255 characters
    public record Self(String name, String version, String host, Instant started) {}

    /// What a node says of one target.
    public record TargetSaying(
            String address,
            String breaker,
            int running,
            int queued,
            int limit,
            int calls,
            int answered,
            long p50Micros,
            long p99Micros) {

        static TargetSaying of(LocalNode.Target target) {
            return new TargetSaying(
                    target.address(),
                    target.breaker().name(),
                    target.running(),
                    target.queued(),
                    target.limit(),
                    target.calls(),
                    target.answered(),
                    target.p50().toNanos() / 1_000,
                    target.p99().toNanos() / 1_000);
        }

        static List<TargetSaying> all(String json) {
            return List.of(JSON.readValue(json, TargetSaying[].class));
        }
    }

    public NodeBeat(NodeTable table, LocalNode node, Self self, OperationSettings settings, InstantSource clock) {
        this.table = table;
        this.node = node;
        this.self = self;
        this.settings = settings;
        this.clock = clock;
        this.nextReport = clock.instant();
        this.nextForget = nextReport;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("node-beat").factory());
    }

    /// Before this node takes up anything: what is paused must not be called.
    public void start() {
        round();
        long pause = settings.poll().toNanos();
        var _ = thread.scheduleWithFixedDelay(this::round, pause, pause, TimeUnit.NANOSECONDS);
    }

    String name() {
        return self.name();
    }

    /// Heeds at once what operators want.
    synchronized void heed() {
        Map<String, String> paused = new HashMap<>();
        boolean drained = false;
        for (NodeTable.Wish wish : table.wishes(self.name())) {
            if (wish.address().isEmpty()) {
                drained = true;
            } else {
                String reason = wish.reason().isBlank() ? "" : ": " + wish.reason();
                paused.put(wish.address(), "paused by " + wish.author() + reason);
            }
        }
        node.pauseTargets(paused);
        node.drain(drained);
    }

    /// Writes down at once how this node is; nothing more once it is closed, for others believe what it said last.
    synchronized void report() {
        if (closed) {
            return;
        }
        LocalNode.Report report = node.report();
        int _ = table.say(new NodeTable.Saying(
                self.name(),
                self.version(),
                self.host(),
                LocalDateTime.ofInstant(self.started(), ZoneOffset.UTC),
                report.running(),
                report.leases(),
                report.limit(),
                report.claimAge().toNanos() / 1_000,
                report.backlog(),
                report.draining(),
                JSON.writeValueAsString(
                        report.targets().stream().map(TargetSaying::of).toList())));
    }

    /// Lets nothing through: without it the node would be taken for gone, and heed nobody.
    private synchronized void round() {
        try {
            heed();
            Instant now = clock.instant();
            if (!now.isBefore(nextReport)) {
                report();
                nextReport = now.plus(settings.report());
            }
            if (!now.isBefore(nextForget)) {
                int _ = table.forget(KEEP.toSeconds());
                nextForget = now.plus(FORGET_EVERY);
            }
            failing = false;
        } catch (RuntimeException failure) {
            if (!failing) {
                log.warn("operators are not heard of, and is tried again", failure);
                failing = true;
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            stop();
        } catch (RuntimeException failure) {
            log.warn("not written down that this node stopped; it will be taken for silent", failure);
        }
    }

    private synchronized void stop() {
        closed = true;
        int _ = table.stopped(self.name());
    }
}
