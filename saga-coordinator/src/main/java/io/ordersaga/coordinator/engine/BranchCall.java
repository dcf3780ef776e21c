package io.ordersaga.coordinator.engine;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// One call of one side of one step.
///
/// @param rejection why the saga is rolled back; only on compensations
public record BranchCall(SagaDefinition saga, int step, Op op, Optional<Rejection> rejection) {

    public Gid gid() {
        return saga.gid();
    }

    public String branchId() {
        String named = saga.steps().get(step).label().branchId();
        return named.isEmpty() ? branchId(step) : named;
    }

    /// The word with which the participant is called.
    public String opName() {
        String named = saga.steps().get(step).label().op();
        return named.isEmpty() ? saga.mode().opName(op) : named;
    }

    public String url() {
        return saga.steps().get(step).url(op);
    }

    public Protocol protocol() {
        return saga.protocol().of(url());
    }

    public Bytes payload() {
        return saga.steps().get(step).payload();
    }

    public Map<String, String> headers() {
        return saga.branchHeaders();
    }

    /// Zero when the submitter left it to the coordinator.
    public Duration timeout() {
        return saga.options().requestTimeout();
    }

    /// DTM counts branches from `01`.
    public static String branchId(int step) {
        int number = step + 1;
        return number < 10 ? "0" + number : String.valueOf(number);
    }
}
