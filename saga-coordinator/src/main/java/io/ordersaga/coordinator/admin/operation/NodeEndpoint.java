package io.ordersaga.coordinator.admin.operation;

import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.admin.query.QueryGate;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.saga.v1.DrainNodeRequest;
import io.ordersaga.saga.v1.ListNodesRequest;
import io.ordersaga.saga.v1.ListNodesResponse;
import io.ordersaga.saga.v1.Node;
import io.ordersaga.saga.v1.NodeServiceGrpc;
import io.ordersaga.saga.v1.UndrainNodeRequest;
import java.util.Comparator;
import java.util.List;

/// `saga.v1.NodeService`.
public final class NodeEndpoint extends NodeServiceGrpc.NodeServiceImplBase {

    private static final int NODES_MAX = 1000;
    private static final int COUNTED_MAX = 100_000;

    private final NodeTable table;
    private final NodeBeat beat;
    private final OperationSettings settings;
    private final QueryGate gate;
    private final Refusals refusals;

    public NodeEndpoint(
            NodeTable table, NodeBeat beat, OperationSettings settings, QueryGate gate, ErrorDomain domain) {
        this.table = table;
        this.beat = beat;
        this.settings = settings;
        this.gate = gate;
        this.refusals = new Refusals(domain);
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> observer) {
        observer.onNext(gate.ask(this::nodes));
        observer.onCompleted();
    }

    private ListNodesResponse nodes() {
        NodeTable.Due due = table.due(COUNTED_MAX);
        ListNodesResponse.Builder response = ListNodesResponse.newBuilder()
                .setBacklog(due.backlog())
                .setLag(OperationProtos.micros(Math.max(0, due.lagMicros())))
                .setAnsweredBy(beat.name());
        table.list(NODES_MAX).stream()
                .map(this::node)
                .sorted(Comparator.comparing((Node node) -> !isAlive(node)).thenComparing(Node::getNode))
                .forEach(response::addNodes);
        return response.build();
    }

    @Override
    public void drainNode(DrainNodeRequest request, StreamObserver<Node> observer) {
        requireAlive(request.getNode(), table.list(NODES_MAX));
        if (!request.getAllowLast()
                && !table.drainUnlessLast(request.getNode(), settings.silent().toNanos() / 1_000)) {
            throw refusals.precondition("LAST_NODE", "no other living node would go on");
        }
        observer.onNext(drained(request.getNode(), true));
        observer.onCompleted();
    }

    @Override
    public void undrainNode(UndrainNodeRequest request, StreamObserver<Node> observer) {
        requireAlive(request.getNode(), table.list(NODES_MAX));
        observer.onNext(drained(request.getNode(), false));
        observer.onCompleted();
    }

    private void requireAlive(String name, List<NodeTable.Row> rows) {
        boolean known = rows.stream().anyMatch(row -> row.name().equals(name) && isAlive(node(row)));
        if (!known) {
            throw refusals.notFound("NODE_NOT_FOUND", "there is no living node " + name);
        }
    }

    private Node drained(String name, boolean wanted) {
        int _ = table.drain(name, wanted);
        beat.heed();
        beat.report();
        return table.list(NODES_MAX).stream()
                .filter(row -> row.name().equals(name))
                .map(this::node)
                .findFirst()
                .orElseThrow(() -> refusals.notFound("NODE_NOT_FOUND", "there is no living node " + name));
    }

    private static boolean isAlive(Node node) {
        return switch (node.getState()) {
            case WORKING, DRAINING, DRAINED -> true;
            case STATE_UNSPECIFIED, SILENT, STOPPED, UNRECOGNIZED -> false;
        };
    }

    private Node node(NodeTable.Row row) {
        return Node.newBuilder()
                .setNode(row.name())
                .setVersion(row.version())
                .setHost(row.host())
                .setState(state(row))
                .setStartTime(OperationProtos.timestamp(row.started()))
                .setReportTime(OperationProtos.timestamp(row.reported()))
                .setRunning(row.running())
                .setLeases(row.leases())
                .setLimit(row.runningMax())
                .setClaimAge(OperationProtos.micros(row.claimAgeMicros()))
                .setBacklog(row.backlog())
                .build();
    }

    private Node.State state(NodeTable.Row row) {
        if (row.stopped().isPresent()) {
            return Node.State.STOPPED;
        }
        if (row.ageMicros() > settings.silent().toNanos() / 1_000) {
            return Node.State.SILENT;
        }
        if (!row.drainWanted()) {
            return Node.State.WORKING;
        }
        return row.draining() && row.running() == 0 ? Node.State.DRAINED : Node.State.DRAINING;
    }
}
