package io.ordersaga.bench.chaos;

import io.ordersaga.bench.report.Report;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Makes planned faults happen, and counts those that did. Thread-safe.
final class Injector {
    private static final Duration TRAP_LIMIT = Duration.ofSeconds(20);

    private final Cluster cluster;
    private final Report report;
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

    Injector(Cluster cluster, Report report) {
        this.cluster = cluster;
        this.report = report;
    }

    /// Returns when the fault is over and what it hit runs again.
    void inject(Fault fault) {
        boolean happened = switch (fault.kind()) {
            case KILL_COORDINATOR ->
                kill(free(cluster.coordinator(fault.target()), cluster.coordinator(1 - fault.target())));
            case KILL_PARTICIPANT ->
                kill(free(cluster.participant(fault.target()), cluster.participant(1 - fault.target())));
            case KILL_DATABASE -> kill(cluster.database());
            case STOP_COORDINATOR ->
                stop(free(cluster.coordinator(fault.target()), cluster.coordinator(1 - fault.target())));
            case KILL_COORDINATOR_BEFORE_CALL, KILL_COORDINATOR_AFTER_COMMIT ->
                killAt(fault, free(cluster.coordinator(fault.target()), cluster.coordinator(1 - fault.target())));
            case KILL_COORDINATOR_BEFORE_OWN_COMMIT, KILL_COORDINATOR_AFTER_OWN_COMMIT ->
                killAtOwnCommit(
                        fault, free(cluster.coordinator(fault.target()), cluster.coordinator(1 - fault.target())));
            case KILL_PARTICIPANT_BEFORE_CALL, KILL_PARTICIPANT_AFTER_COMMIT ->
                killAt(fault, free(cluster.participant(fault.target()), cluster.participant(1 - fault.target())));
            case PAUSE_COORDINATOR ->
                pause(
                        free(cluster.coordinator(fault.target()), cluster.coordinator(1 - fault.target())),
                        fault.lasts());
            case PAUSE_PARTICIPANT ->
                pause(
                        free(cluster.participant(fault.target()), cluster.participant(1 - fault.target())),
                        fault.lasts());
            case PAUSE_DATABASE -> pause(cluster.database(), fault.lasts());
            case CUT_CONNECTIONS -> cut(relay(fault));
            case LOSE_REQUEST_BYTES -> disturb(relay(fault), Relay.Mode.LOSE_REQUESTS, fault.lasts());
            case LOSE_ANSWER_BYTES -> disturb(relay(fault), Relay.Mode.LOSE_ANSWERS, fault.lasts());
            case DELAY -> disturb(relay(fault), Relay.Mode.SLOW, fault.lasts());
            case DROP_CALL -> drop(cluster.gate(fault.target()), true);
            case DROP_ANSWER -> drop(cluster.gate(fault.target()), false);
        };
        if (happened) {
            synchronized (counts) {
                counts.merge(fault.kind(), 1, Integer::sum);
            }
        } else {
            report.progress("did not happen: " + fault);
        }
    }

    /// How many of each kind have happened.
    Map<Kind, Integer> counts() {
        synchronized (counts) {
            return new EnumMap<>(counts);
        }
    }

    /// The planned one, unless it is still busy with the fault before and the other one is not.
    private static Node free(Node planned, Node other) {
        return planned.busy() && !other.busy() ? other : planned;
    }

    private static boolean kill(Node node) {
        return node.alone(() -> {
            node.kill();
            node.restart();
        });
    }

    private static boolean stop(Node node) {
        return node.alone(() -> {
            node.terminate();
            node.restart();
        });
    }

    private static boolean pause(Node node, Duration time) {
        return node.alone(() -> {
            node.pause();
            LockSupport.parkNanos(time.toNanos());
            node.resume();
        });
    }

    /// The process dies inside a branch call, on either side of the participant's commit.
    private boolean killAt(Fault fault, Node node) {
        boolean before =
                fault.kind() == Kind.KILL_COORDINATOR_BEFORE_CALL || fault.kind() == Kind.KILL_PARTICIPANT_BEFORE_CALL;
        BranchGate gate = cluster.gateOf(node).orElse(cluster.gate(fault.target()));
        return node.alone(() -> {
            boolean sprung =
                    before ? gate.beforeNextCall(node::kill, TRAP_LIMIT) : gate.afterNextCommit(node::kill, TRAP_LIMIT);
            if (!sprung) {
                // Nobody called in time: it dies all the same.
                node.kill();
            }
            node.restart();
        });
    }

    /// The coordinator dies on either side of a commit of its own.
    private boolean killAtOwnCommit(Fault fault, Node node) {
        Relay relay = cluster.databaseRelayOf(node);
        return node.alone(() -> {
            boolean sprung = fault.kind() == Kind.KILL_COORDINATOR_BEFORE_OWN_COMMIT
                    ? relay.beforeNextCommit(node::kill, TRAP_LIMIT)
                    : relay.afterNextCommit(node::kill, TRAP_LIMIT);
            if (!sprung) {
                // It committed nothing in time: it dies all the same.
                node.kill();
            }
            node.restart();
        });
    }

    private static boolean drop(BranchGate gate, boolean before) {
        return before ? gate.beforeNextCall(() -> {}, TRAP_LIMIT) : gate.afterNextCommit(() -> {}, TRAP_LIMIT);
    }

    private static boolean cut(Relay relay) {
        relay.cut();
        return true;
    }

    /// What was half open is cut at the end: a real network would not bring lost bytes back either.
    private static boolean disturb(Relay relay, Relay.Mode mode, Duration time) {
        relay.mode(mode);
        LockSupport.parkNanos(time.toNanos());
        relay.mode(Relay.Mode.PASS);
        if (mode != Relay.Mode.SLOW) {
            relay.cut();
        }
        return true;
    }

    private Relay relay(Fault fault) {
        return cluster.relay((int) (fault.at().toMillis() % Cluster.relays()));
    }
}
