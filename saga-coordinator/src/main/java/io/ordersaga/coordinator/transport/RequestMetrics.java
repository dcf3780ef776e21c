package io.ordersaga.coordinator.transport;

import io.grpc.Grpc;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// DTM's series about requests and branches, by its names and labels; those about transactions are counted where
/// transactions run. Thread-safe.
public final class RequestMetrics {

    private static final double[] SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    /// Branch ids come from clients, so their number is bounded before they become labels: two digits.
    private static final int PLAIN_ID_LENGTH = 2;

    private record Request(String type, String api, boolean ok) {}

    private record Branch(String model, String id, String op, boolean ok) {}

    private final MeterRegistry registry;
    private final String type;
    private final Map<Request, Counter> requests = new ConcurrentHashMap<>();
    private final Map<String, DistributionSummary> durations = new ConcurrentHashMap<>();
    private final Map<Branch, Counter> branches = new ConcurrentHashMap<>();

    /// @param type of the requests: `grpc` or `http`
    public RequestMetrics(MeterRegistry registry, String type) {
        this.registry = registry;
        this.type = type;
        // Every way in counts here, and what serves is the same for all of them.
        if (registry.find("dtm.server.info").gauge() == null) {
            Gauge.builder("dtm.server.info", () -> 1)
                    .description("what serves here")
                    .tag("gin_version", "none")
                    .tag("grpc_version", String.valueOf(Grpc.class.getPackage().getImplementationVersion()))
                    .register(registry);
        }
    }

    /// @param startNanos by `System.nanoTime()`
    void answered(String api, boolean ok, long startNanos) {
        requests.computeIfAbsent(new Request(type, api, ok), this::counter).increment();
        durations
                .computeIfAbsent(api, this::duration)
                .record((System.nanoTime() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1));
    }

    void called(BranchCall call, BranchOutcome outcome) {
        String id = call.branchId().length() == PLAIN_ID_LENGTH ? call.branchId() : "other";
        String model = call.saga().mode().wireName();
        // An op of a workflow is its client's word.
        String op = call.saga().steps().get(call.step()).isCheckBack() ? "check-back" : call.opName();
        boolean ok = outcome instanceof BranchOutcome.Succeeded;
        branches.computeIfAbsent(new Branch(model, id, op, ok), this::counter).increment();
    }

    private Counter counter(Request request) {
        return registry.counter(
                "dtm.server.process", "type", request.type(), "api", request.api(), "status", word(request.ok()));
    }

    private Counter counter(Branch branch) {
        return registry.counter(
                "dtm.branch.process",
                "model",
                branch.model(),
                "branchid",
                branch.id(),
                "branchtype",
                branch.op(),
                "status",
                word(branch.ok()));
    }

    private static String word(boolean ok) {
        return ok ? "ok" : "fail";
    }

    private DistributionSummary duration(String api) {
        return DistributionSummary.builder("dtm.server.response.duration")
                .tag("type", type)
                .tag("api", api)
                .serviceLevelObjectives(SECONDS)
                .register(registry);
    }
}
