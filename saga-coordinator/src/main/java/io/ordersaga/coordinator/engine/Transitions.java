package io.ordersaga.coordinator.engine;

import static io.ordersaga.coordinator.engine.EventKind.ACTION_ONGOING;
import static io.ordersaga.coordinator.engine.EventKind.ACTION_REFUSED;
import static io.ordersaga.coordinator.engine.EventKind.ACTION_SUCCEEDED;
import static io.ordersaga.coordinator.engine.EventKind.ACTION_UNKNOWN;
import static io.ordersaga.coordinator.engine.EventKind.COMPENSATION_ONGOING;
import static io.ordersaga.coordinator.engine.EventKind.COMPENSATION_REFUSED;
import static io.ordersaga.coordinator.engine.EventKind.COMPENSATION_SUCCEEDED;
import static io.ordersaga.coordinator.engine.EventKind.COMPENSATION_UNKNOWN;
import static io.ordersaga.coordinator.engine.EventKind.RESUMED;
import static io.ordersaga.coordinator.engine.EventKind.TIMER_FIRED;
import static io.ordersaga.coordinator.engine.SagaStatus.ABORTING;
import static io.ordersaga.coordinator.engine.SagaStatus.FAILED;
import static io.ordersaga.coordinator.engine.SagaStatus.SUBMITTED;
import static io.ordersaga.coordinator.engine.SagaStatus.SUCCEEDED;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Every legal change of a saga's status, as data. The engine refuses to make any other, a test fails when one
/// of these was never taken, and `docs/saga-states.md` is this table.
public final class Transitions {

    /// In status `from`, `event` leads to one of `to`, for the reasons that `note` tells, and where `parks` says so
    /// also to `from` with the saga parked.
    record Rule(SagaStatus from, EventKind event, Set<SagaStatus> to, boolean parks, String note) {}

    private static final String NOTHING_TO_UNDO = "failed at once when no compensation has a URL";
    private static final String FORCED = "succeeded when every action that was left was forced; ";
    private static final String TIME_IS_UP = "aborting when `timeout_to_fail` has passed; ";
    private static final String NO_MORE_RETRIES = "aborting when `timeout_to_fail` or `retry_limit` is spent; ";
    private static final String COMPENSATE = "the compensations that are due; failed when none that is left has a URL";
    private static final String REPEATED = "the same compensation again after the back-off";
    private static final String STOPPED = "by somebody who takes the blame: nothing more is called or undone";
    private static final String LATE =
            "the answer of an action that was under way when the roll-back began: now its " + "compensation may start";

    static final List<Rule> SAGA = List.of(
            goesOn(SUBMITTED, EventKind.SUBMITTED, "succeeded when no action has a URL", SUBMITTED, SUCCEEDED),
            goesOn(
                    SUBMITTED,
                    TIMER_FIRED,
                    FORCED + TIME_IS_UP + NOTHING_TO_UNDO,
                    SUBMITTED,
                    SUCCEEDED,
                    ABORTING,
                    FAILED),
            goesOn(SUBMITTED, RESUMED, FORCED + TIME_IS_UP + NOTHING_TO_UNDO, SUBMITTED, SUCCEEDED, ABORTING, FAILED),
            mayPark(
                    SUBMITTED,
                    ACTION_SUCCEEDED,
                    "succeeded after the last action; " + TIME_IS_UP + NOTHING_TO_UNDO,
                    SUBMITTED,
                    SUCCEEDED,
                    ABORTING,
                    FAILED),
            goesOn(SUBMITTED, EventKind.FORCE_STOPPED, STOPPED, FAILED),
            goesOn(SUBMITTED, ACTION_REFUSED, NOTHING_TO_UNDO, ABORTING, FAILED),
            mayPark(SUBMITTED, ACTION_ONGOING, NO_MORE_RETRIES + NOTHING_TO_UNDO, SUBMITTED, ABORTING, FAILED),
            mayPark(SUBMITTED, ACTION_UNKNOWN, NO_MORE_RETRIES + NOTHING_TO_UNDO, SUBMITTED, ABORTING, FAILED),
            goesOn(ABORTING, TIMER_FIRED, COMPENSATE, ABORTING, FAILED),
            goesOn(ABORTING, RESUMED, COMPENSATE, ABORTING, FAILED),
            goesOn(ABORTING, EventKind.FORCE_STOPPED, STOPPED, FAILED),
            mayPark(ABORTING, ACTION_SUCCEEDED, LATE, ABORTING, FAILED),
            mayPark(ABORTING, ACTION_REFUSED, LATE, ABORTING, FAILED),
            mayPark(ABORTING, ACTION_ONGOING, LATE, ABORTING, FAILED),
            mayPark(ABORTING, ACTION_UNKNOWN, LATE, ABORTING, FAILED),
            mayPark(ABORTING, COMPENSATION_SUCCEEDED, "failed after the last one", ABORTING, FAILED),
            mayPark(ABORTING, COMPENSATION_REFUSED, REPEATED, ABORTING),
            mayPark(ABORTING, COMPENSATION_ONGOING, REPEATED, ABORTING),
            mayPark(ABORTING, COMPENSATION_UNKNOWN, REPEATED, ABORTING));

    /// By the mode's name on the wire.
    private static final Map<String, Map<SagaStatus, Map<EventKind, Rule>>> BY_MODE = byMode();

    static Rule goesOn(SagaStatus from, EventKind event, String note, SagaStatus... to) {
        return new Rule(from, event, Set.of(to), false, note);
    }

    static Rule mayPark(SagaStatus from, EventKind event, String note, SagaStatus... to) {
        return new Rule(from, event, Set.of(to), true, note);
    }

    private Transitions() {}

    static List<Rule> of(Mode mode) {
        List<Rule> rules = new ArrayList<>(ofEvents(mode));
        rules.addAll(OperatorTransitions.of(mode));
        return rules;
    }

    private static List<Rule> ofEvents(Mode mode) {
        return switch (mode) {
            case SagaMode _ -> SAGA;
            case MsgMode _ -> PreparedTransitions.MSG;
            case TccMode _, XaMode _ -> PreparedTransitions.SECOND_PHASE;
            case WorkflowMode _ -> PreparedTransitions.WORKFLOW;
        };
    }

    static boolean allows(Mode mode, SagaStatus from, EventKind event, SagaStatus to, boolean parked) {
        Map<EventKind, Rule> rules =
                BY_MODE.getOrDefault(mode.wireName(), Map.of()).get(from);
        Rule rule = rules == null ? null : rules.get(event);
        return rule != null && (parked ? rule.parks() && to == from : rule.to().contains(to));
    }

    private static Map<String, Map<SagaStatus, Map<EventKind, Rule>>> byMode() {
        Map<String, Map<SagaStatus, Map<EventKind, Rule>>> byMode = new HashMap<>();
        for (Mode mode : Mode.ALL) {
            byMode.put(mode.wireName(), byStatus(of(mode)));
        }
        return byMode;
    }

    private static Map<SagaStatus, Map<EventKind, Rule>> byStatus(List<Rule> rules) {
        Map<SagaStatus, Map<EventKind, Rule>> byStatus = new EnumMap<>(SagaStatus.class);
        for (Rule rule : rules) {
            byStatus.computeIfAbsent(rule.from(), key -> new EnumMap<>(EventKind.class))
                    .put(rule.event(), rule);
        }
        return byStatus;
    }

    /// The table as a page of the documentation.
    static String toMarkdown() {
        StringBuilder page = new StringBuilder("""
                # The states of a saga, and of DTM's other transactions

                This page is `Transitions.java` of the coordinator's engine, rendered; a test compares the two. The engine makes no
                other change than these, and a test fails when one of them was never taken.

                ```mermaid
                stateDiagram-v2
                    [*] --> submitted
                    submitted --> succeeded
                    submitted --> aborting
                    submitted --> failed
                    aborting --> failed
                    succeeded --> [*]
                    failed --> [*]
                ```

                """);
        append(page, SAGA);
        page.append("""

                Succeeded and failed are final: no event leads out of them, but that an operator may delete the saga.

                ## Parked

                A submitted or aborting saga may be parked besides, with a reason: nothing is done about it until somebody
                releases it, and its status stays what it was. One that was paused is parked, too, with a reason that begins
                with `paused: `. It is parked in place of another wait, when
                `ordersaga.coordinator.parking` says that it has been asked about in vain often enough, and when a saga cannot
                be read or stepped at all. Released, it goes on from where it stood, with its back-off begun anew.

                ## What is compensated, and when

                A roll-back compensates every step whose action may have been called: those that succeeded, the one that
                refused, and those whose outcome is unknown. It goes the ways of the actions backwards: a step is compensated
                when every step that waited for it is. Steps of a concurrent saga that do not wait for each other are called,
                and compensated, side by side.

                A refusal while other actions are under way is made durable at once, but each of those steps is compensated
                only when its action has come back. DTM does not wait for them, and so may have the two calls of one step under
                way together.

                After its owner went away, every action of a submitted saga may have been called. A refusal then proves of the
                steps behind it that they were not.

                ## Messages (`msg`)

                A message is prepared before the local transaction of its sender, and submitted after it. Whoever does neither
                in time is asked by `query_prepared`, which is branch `00` with the op `msg`. A message may also be submitted
                without having been prepared.

                """);
        append(page, PreparedTransitions.MSG);
        page.append("""

                ## Two phases (`tcc` and `xa`)

                Prepared, branches are registered and tried by the application. A submit confirms (commits) all of them, an
                abort, or no word in time, cancels (rolls back) all; tcc begins with the branch that was registered last, xa
                with the first. Each is repeated until it succeeds.

                """);
        append(page, PreparedTransitions.SECOND_PHASE);
        page.append("""

                ## Workflows

                The application runs its own code and records what each branch answered. What does not come to its end by
                itself is called back: branch `00`, with the workflow's name as op.

                """);
        append(page, PreparedTransitions.WORKFLOW);
        OperatorTransitions.append(page);
        return page.toString();
    }

    private static void append(StringBuilder page, List<Rule> rules) {
        page.append("""
                | in status | event | leads to | may park | |
                |---|---|---|---|---|
                """);
        for (Rule rule : rules) {
            List<String> targets =
                    rule.to().stream().sorted().map(Transitions::word).toList();
            page.append("| ").append(word(rule.from()));
            page.append(" | ").append(rule.event().text());
            page.append(" | ").append(String.join(", ", targets));
            page.append(" | ").append(rule.parks() ? "yes" : "");
            page.append(" | ").append(rule.note()).append(" |\n");
        }
    }

    static String word(SagaStatus status) {
        return switch (status) {
            case PREPARED -> "prepared";
            case SUBMITTED -> "submitted";
            case ABORTING -> "aborting";
            case SUCCEEDED -> "succeeded";
            case FAILED -> "failed";
        };
    }
}
