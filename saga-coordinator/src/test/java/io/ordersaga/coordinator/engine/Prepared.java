package io.ordersaga.coordinator.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Transactions that are prepared before they are submitted, and what their clients may decide about them.
final class Prepared {

    private static final int BRANCHES_MAX = 2;

    private Prepared() {}

    static SagaDefinition message(boolean concurrent, Duration delay, String... receivers) {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.checkBack("sender:1/a.B/Query", "msg", Bytes.EMPTY));
        for (String receiver : receivers) {
            steps.add(
                    new Step(receiver, "", Bytes.of("hello"), BranchLabel.ofId(BranchCall.branchId(steps.size() - 1))));
        }
        SagaOptions options = SagaOptions.DEFAULT;
        return definition(
                new MsgMode(), steps, concurrent ? Sagas.concurrent(options) : options, Extras.delayedBy(delay));
    }

    static SagaDefinition ofMode(Mode mode) {
        return definition(mode, List.of(), SagaOptions.DEFAULT, Extras.NONE);
    }

    static SagaDefinition workflow() {
        Step checkBack = Step.checkBack("app:1/workflow.Workflow/Execute", "buy", Bytes.of("input"));
        return definition(new WorkflowMode(), List.of(checkBack), SagaOptions.DEFAULT, Extras.NONE);
    }

    private static SagaDefinition definition(Mode mode, List<Step> steps, SagaOptions options, Extras extras) {
        return new SagaDefinition(
                new Gid("gid-1"), mode, Protocol.GRPC, steps, Collections.emptySortedMap(), options, extras);
    }

    static List<SagaDefinition> definitions() {
        return List.of(
                message(false, Duration.ZERO),
                message(false, Duration.ofSeconds(5), "one:1/a.B/Take", "two:1/a.B/Take"),
                message(true, Duration.ZERO, "one:1/a.B/Take", "two:1/a.B/Take"),
                message(false, Duration.ofSeconds(5), ""),
                ofMode(new TccMode()),
                ofMode(new XaMode()),
                workflow());
    }

    static Step branch(int number) {
        return new Step(
                "shop:1/a.B/Confirm", "shop:1/a.B/Cancel", Bytes.EMPTY, BranchLabel.ofId(BranchCall.branchId(number)));
    }

    static Step record(int number) {
        return new Step(
                "",
                "",
                Bytes.of("answer"),
                new BranchLabel(BranchCall.branchId(number), "action", BranchStatus.SUCCEEDED));
    }

    static List<Event> decisions(Saga saga) {
        if (saga.status() != SagaStatus.PREPARED) {
            return List.of();
        }
        int branches = saga.definition().steps().size();
        Rejection why = Rejection.ofReason("changed my mind");
        return switch (saga.definition().mode()) {
            case SagaMode _ -> List.of();
            case MsgMode _ -> List.of(new Event.Submitted(), new Event.Aborted(why));
            case TccMode _, XaMode _ ->
                branches < BRANCHES_MAX
                        ? List.of(
                                new Event.Submitted(),
                                new Event.Aborted(why),
                                new Event.BranchRegistered(branch(branches)))
                        : List.of(new Event.Submitted(), new Event.Aborted(why));
            case WorkflowMode _ ->
                branches < BRANCHES_MAX
                        ? List.of(finished(true), finished(false), new Event.BranchRegistered(record(branches)))
                        : List.of(finished(true), finished(false));
        };
    }

    private static Event finished(boolean succeeded) {
        return new Event.Finished(succeeded, Rejection.ofReason("no"), Bytes.of("result"));
    }
}
