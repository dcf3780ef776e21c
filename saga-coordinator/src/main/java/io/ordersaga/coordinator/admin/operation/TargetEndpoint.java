package io.ordersaga.coordinator.admin.operation;

import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.admin.access.Operator;
import io.ordersaga.coordinator.admin.operation.NodeBeat.TargetSaying;
import io.ordersaga.coordinator.admin.query.QueryGate;
import io.ordersaga.coordinator.engine.LocalNode;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.saga.v1.ListTargetsRequest;
import io.ordersaga.saga.v1.ListTargetsResponse;
import io.ordersaga.saga.v1.PauseTargetRequest;
import io.ordersaga.saga.v1.ResumeTargetRequest;
import io.ordersaga.saga.v1.Target;
import io.ordersaga.saga.v1.Target.Breaker;
import io.ordersaga.saga.v1.Target.Health;
import io.ordersaga.saga.v1.TargetServiceGrpc;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `saga.v1.TargetService`.
public final class TargetEndpoint extends TargetServiceGrpc.TargetServiceImplBase {

    private static final int TARGETS_MAX = 1000;
    private static final int NODES_MAX = 1000;
    /// Waiting transactions that are looked at to count them.
    private static final int WAITING_MAX = 10_000;
    /// A participant that answers fewer of its calls is in trouble.
    private static final double HEALTHY_RATE = 0.95;

    private final NodeTable table;
    private final NodeBeat beat;
    private final Awakening awakening;
    private final LocalNode node;
    private final OperationSettings settings;
    private final QueryGate gate;
    private final Refusals refusals;

    public TargetEndpoint(
            NodeTable table,
            NodeBeat beat,
            Awakening awakening,
            LocalNode node,
            OperationSettings settings,
            QueryGate gate,
            ErrorDomain domain) {
        this.table = table;
        this.beat = beat;
        this.awakening = awakening;
        this.node = node;
        this.settings = settings;
        this.gate = gate;
        this.refusals = new Refusals(domain);
    }

    @Override
    public void listTargets(ListTargetsRequest request, StreamObserver<ListTargetsResponse> observer) {
        ListTargetsResponse.Builder response = ListTargetsResponse.newBuilder();
        gate.ask(this::targets).values().stream()
                .sorted(Comparator.comparingInt(TargetEndpoint::urgency).thenComparing(Target::getAddress))
                .limit(TARGETS_MAX)
                .forEach(response::addTargets);
        observer.onNext(response.build());
        observer.onCompleted();
    }

    private void waiting(Map<String, Target.Builder> merged) {
        Map<String, Long> numbers = new HashMap<>();
        long all = 0;
        for (NodeTable.Waiting waiting : table.waiting(WAITING_MAX)) {
            numbers.merge(node.addressOf(waiting.target()), waiting.number(), Long::sum);
            all += waiting.number();
        }
        boolean atLeast = all >= WAITING_MAX;
        numbers.forEach((address, number) -> merged.computeIfAbsent(
                        address, known -> Target.newBuilder().setAddress(known))
                .setWaiting(number)
                .setWaitingAtLeast(atLeast));
    }

    private static int urgency(Target target) {
        return switch (target.getHealth()) {
            case DOWN -> 0;
            case PAUSED -> 1;
            case DEGRADED -> 2;
            case HEALTHY, HEALTH_UNSPECIFIED, UNRECOGNIZED -> 3;
        };
    }

    @Override
    public void pauseTarget(PauseTargetRequest request, StreamObserver<Target> observer) {
        String address = node.addressOf(request.getAddress());
        int _ = table.pause(address, Operator.current().name(), request.getReason());
        beat.heed();
        observer.onNext(target(address));
        observer.onCompleted();
    }

    @Override
    public void resumeTarget(ResumeTargetRequest request, StreamObserver<Target> observer) {
        String address = node.addressOf(request.getAddress());
        if (table.resume(address) == 0) {
            throw refusals.precondition("TARGET_NOT_PAUSED", address + " is not paused");
        }
        beat.heed();
        awakening.begin(address);
        observer.onNext(target(address));
        observer.onCompleted();
    }

    private Target target(String address) {
        Target known = targets().get(address);
        return known == null ? Target.newBuilder().setAddress(address).build() : known;
    }

    private Map<String, Target> targets() {
        Map<String, Target.Builder> merged = new LinkedHashMap<>();
        for (NodeTable.Row row : table.list(NODES_MAX)) {
            boolean speaks = row.stopped().isEmpty()
                    && row.ageMicros() <= settings.silent().toNanos() / 1_000;
            for (TargetSaying saying : speaks ? TargetSaying.all(row.targets()) : List.<TargetSaying>of()) {
                add(
                        merged.computeIfAbsent(
                                saying.address(), address -> Target.newBuilder().setAddress(address)),
                        row,
                        saying);
            }
        }
        waiting(merged);
        for (NodeTable.Pause pause : table.pauses(TARGETS_MAX)) {
            merged.computeIfAbsent(
                            pause.address(), address -> Target.newBuilder().setAddress(address))
                    .setPause(Target.Pause.newBuilder()
                            .setOperator(pause.author())
                            .setReason(pause.reason())
                            .setPauseTime(OperationProtos.timestamp(pause.paused())));
        }
        Map<String, Target> targets = new LinkedHashMap<>();
        merged.forEach((address, target) -> targets.put(address, concluded(target)));
        return targets;
    }

    private static void add(Target.Builder target, NodeTable.Row row, TargetSaying saying) {
        target.addNodes(Target.OnNode.newBuilder()
                .setNode(row.name())
                .setBreaker(
                        switch (LocalNode.Breaker.valueOf(saying.breaker())) {
                            case CLOSED -> Breaker.CLOSED;
                            case OPEN -> Breaker.OPEN;
                            case HALF_OPEN -> Breaker.HALF_OPEN;
                        })
                .setRunning(saying.running())
                .setQueued(saying.queued())
                .setLimit(saying.limit())
                .setCalls(saying.calls())
                .setAnsweredRate(saying.calls() == 0 ? 0 : (double) saying.answered() / saying.calls())
                .setLatencyP50(OperationProtos.micros(saying.p50Micros()))
                .setLatencyP99(OperationProtos.micros(saying.p99Micros())));
        target.setRunning(target.getRunning() + saying.running());
        target.setQueued(target.getQueued() + saying.queued());
        target.setLimit(target.getLimit() + saying.limit());
        target.setCalls(target.getCalls() + saying.calls());
    }

    /// The figures of all nodes, each as much as it has calls.
    private static Target concluded(Target.Builder target) {
        double answered = 0;
        long p50Nanos = 0;
        long p99Nanos = 0;
        boolean down = false;
        for (Target.OnNode each : target.getNodesList()) {
            answered += each.getAnsweredRate() * each.getCalls();
            p50Nanos += OperationProtos.duration(each.getLatencyP50()).toNanos() * each.getCalls();
            p99Nanos = Math.max(
                    p99Nanos, OperationProtos.duration(each.getLatencyP99()).toNanos());
            down |= each.getBreaker() != Breaker.CLOSED;
        }
        int calls = target.getCalls();
        double rate = calls == 0 ? 0 : answered / calls;
        target.setAnsweredRate(rate);
        target.setLatencyP50(OperationProtos.micros(calls == 0 ? 0 : p50Nanos / calls / 1_000));
        target.setLatencyP99(OperationProtos.micros(p99Nanos / 1_000));
        if (target.hasPause()) {
            target.setHealth(Health.PAUSED);
        } else if (down) {
            target.setHealth(Health.DOWN);
        } else if (calls == 0) {
            target.setHealth(Health.HEALTH_UNSPECIFIED);
        } else {
            target.setHealth(rate >= HEALTHY_RATE ? Health.HEALTHY : Health.DEGRADED);
        }
        return target.build();
    }
}
