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

import java.util.List;
import java.util.Set;

/// Every legal change of a saga's status, as data. The engine refuses to make any other, a test fails when one
/// of these was never taken, and `docs/saga-states.md` is this table.
public final class Transitions {

    /// In status `from`, `event` leads to one of `to`, for the reasons that `note` tells.
    record Rule(SagaStatus from, EventKind event, Set<SagaStatus> to, String note) {}

    private static final String NOTHING_TO_UNDO = "failed at once when no compensation has a URL";
    private static final String TIME_IS_UP = "aborting when `timeout_to_fail` has passed; ";
    private static final String NO_MORE_RETRIES = "aborting when `timeout_to_fail` or `retry_limit` is spent; ";
    private static final String REPEATED = "the same compensation again after the back-off";

    static final List<Rule> ALL = List.of(
            new Rule(
                    SUBMITTED, EventKind.SUBMITTED, Set.of(SUBMITTED, SUCCEEDED), "succeeded when no action has a URL"),
            new Rule(SUBMITTED, TIMER_FIRED, Set.of(SUBMITTED, ABORTING, FAILED), TIME_IS_UP + NOTHING_TO_UNDO),
            new Rule(SUBMITTED, RESUMED, Set.of(SUBMITTED, ABORTING, FAILED), TIME_IS_UP + NOTHING_TO_UNDO),
            new Rule(
                    SUBMITTED,
                    ACTION_SUCCEEDED,
                    Set.of(SUBMITTED, SUCCEEDED, ABORTING, FAILED),
                    "succeeded after the last action; " + TIME_IS_UP + NOTHING_TO_UNDO),
            new Rule(SUBMITTED, ACTION_REFUSED, Set.of(ABORTING, FAILED), NOTHING_TO_UNDO),
            new Rule(SUBMITTED, ACTION_ONGOING, Set.of(SUBMITTED, ABORTING, FAILED), NO_MORE_RETRIES + NOTHING_TO_UNDO),
            new Rule(SUBMITTED, ACTION_UNKNOWN, Set.of(SUBMITTED, ABORTING, FAILED), NO_MORE_RETRIES + NOTHING_TO_UNDO),
            new Rule(ABORTING, TIMER_FIRED, Set.of(ABORTING), "the compensation that is due"),
            new Rule(ABORTING, RESUMED, Set.of(ABORTING), "the compensation that is due"),
            new Rule(ABORTING, COMPENSATION_SUCCEEDED, Set.of(ABORTING, FAILED), "failed after the first step's"),
            new Rule(ABORTING, COMPENSATION_REFUSED, Set.of(ABORTING), REPEATED),
            new Rule(ABORTING, COMPENSATION_ONGOING, Set.of(ABORTING), REPEATED),
            new Rule(ABORTING, COMPENSATION_UNKNOWN, Set.of(ABORTING), REPEATED));

    private Transitions() {}

    static boolean allows(SagaStatus from, EventKind event, SagaStatus to, boolean parked) {
        return ALL.stream()
                .anyMatch(rule -> rule.from() == from
                        && rule.event() == event
                        && rule.to().contains(to));
    }

    /// The table as a page of the documentation.
    static String toMarkdown() {
        StringBuilder page = new StringBuilder("""
                # The states of a saga

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

                | in status | event | leads to | |
                |---|---|---|---|
                """);
        for (Rule rule : ALL) {
            List<String> targets =
                    rule.to().stream().sorted().map(Transitions::word).toList();
            page.append("| ").append(word(rule.from()));
            page.append(" | ").append(rule.event().text());
            page.append(" | ").append(String.join(", ", targets));
            page.append(" | ").append(rule.note()).append(" |\n");
        }
        return page.append("""

                Succeeded and failed are final: no event leads out of them.
                """).toString();
    }

    private static String word(SagaStatus status) {
        return switch (status) {
            case SUBMITTED -> "submitted";
            case ABORTING -> "aborting";
            case SUCCEEDED -> "succeeded";
            case FAILED -> "failed";
        };
    }
}
