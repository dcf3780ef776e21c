package io.ordersaga.coordinator.admin.query;

import io.grpc.Status;
import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchProgress;
import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.StepProgress;
import io.ordersaga.coordinator.engine.WorkflowMode;
import io.ordersaga.saga.v1.Branch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The steps of a transaction as they are shown. Thread-safe.
final class Branches {

    private static final Pattern STATUS = Pattern.compile("^(?:(HTTP \\d{3})|[A-Z_]+)(?=:|$)");
    private static final Set<String> CODES =
            Arrays.stream(Status.Code.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

    private final Masking masking;

    Branches(Masking masking) {
        this.masking = masking;
    }

    /// @param recent the newest calls, the newest first
    List<Branch> of(Saga saga, List<Attempt> recent) {
        List<Branch> branches = new ArrayList<>();
        for (int index = 0; index < saga.definition().steps().size(); index++) {
            branches.add(branch(saga, index, recent));
        }
        return branches;
    }

    private Branch branch(Saga saga, int index, List<Attempt> recent) {
        SagaDefinition definition = saga.definition();
        Step step = definition.steps().get(index);
        String branchId = call(definition, index, Op.ACTION).branchId();
        Branch.Builder branch = Branch.newBuilder()
                .setStep(index)
                .setBranchId(branchId)
                .setAction(side(saga, index, Op.ACTION, branchId, recent))
                .setCompensation(side(saga, index, Op.COMPENSATION, branchId, recent))
                .setPayload(masking.payload(step.payload()))
                .setReached(saga.progress().steps().get(index).reached());
        waitsFor(definition, index).forEach(branch::addWaitsFor);
        return branch.build();
    }

    private static List<Integer> waitsFor(SagaDefinition definition, int index) {
        if (!definition.options().concurrent()) {
            return index == 0 ? List.of() : List.of(index - 1);
        }
        SortedSet<Integer> before = definition.options().orders().get(index);
        return before == null ? List.of() : List.copyOf(before);
    }

    private Branch.Side side(Saga saga, int index, Op op, String branchId, List<Attempt> recent) {
        Step step = saga.definition().steps().get(index);
        String url = masking.url(op == Op.ACTION ? step.action() : step.compensation());
        List<Attempt> own = recent.stream()
                .filter(each -> each.step() == index && each.op() == op)
                .toList();
        Branch.Side.Builder side = Branch.Side.newBuilder()
                .setUrl(url)
                .setTarget(Explanation.target(url))
                .setOp(call(saga.definition(), index, op).opName())
                .setState(state(saga, index, op, url, own))
                .setAttempts(own.size());
        BranchProgress progress = saga.progress().steps().get(index).of(op);
        progress.finished().ifPresent(finished -> side.setFinishTime(Summaries.timestamp(finished)));
        if (!own.isEmpty()) {
            side.setFirstCallTime(Summaries.timestamp(own.getLast().started()))
                    .setLastAttempt(attempt(own.getFirst(), branchId));
        }
        return side.build();
    }

    private static Branch.State state(Saga saga, int index, Op op, String url, List<Attempt> own) {
        StepProgress step = saga.progress().steps().get(index);
        Step given = saga.definition().steps().get(index);
        // A workflow calls its branches itself, and only says how they ended.
        BranchStatus status =
                saga.definition().mode() instanceof WorkflowMode && !given.isCheckBack() && op == Op.ACTION
                        ? given.label().recorded()
                        : step.of(op).status();
        return switch (status) {
            case SUCCEEDED ->
                url.isEmpty() && own.isEmpty() && !(saga.definition().mode() instanceof WorkflowMode)
                        ? Branch.State.NOTHING
                        : Branch.State.SUCCEEDED;
            case FAILED -> Branch.State.REFUSED;
            case PREPARED -> {
                if (url.isEmpty()) {
                    yield Branch.State.NOTHING;
                }
                boolean called = !own.isEmpty() || (op == Op.ACTION && step.reached());
                yield called ? Branch.State.OPEN : Branch.State.UNTOUCHED;
            }
        };
    }

    private static BranchCall call(SagaDefinition definition, int index, Op op) {
        return new BranchCall(definition, index, op, Optional.empty());
    }

    io.ordersaga.saga.v1.Attempt attempt(Attempt attempt, String branchId) {
        return io.ordersaga.saga.v1.Attempt.newBuilder()
                .setCallTime(Summaries.timestamp(attempt.started()))
                .setNode(attempt.node())
                .setStep(attempt.step())
                .setBranchId(branchId)
                .setOp(attempt.op().wireName())
                .setTarget(masking.url(attempt.target()))
                .setOutcome(attempt.outcome())
                .setLatency(Summaries.duration(attempt.took()))
                .setError(masking.text(attempt.detail()))
                .setTraceId(attempt.traceId().orElse(""))
                .setNumber(attempt.attempt())
                .setStatus(status(attempt.detail()))
                .build();
    }

    /// What callers of branches put before the words of an answer.
    static String status(String detail) {
        Matcher matcher = STATUS.matcher(detail);
        return matcher.find() && (matcher.group(1) != null || CODES.contains(matcher.group())) ? matcher.group() : "";
    }
}
