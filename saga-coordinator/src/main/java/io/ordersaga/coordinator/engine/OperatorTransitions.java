package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.Operations.State;
import io.ordersaga.coordinator.engine.Transitions.Rule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The legal changes by which operators move a transaction, as [Operations] allows them; see [Transitions].
final class OperatorTransitions {

    private OperatorTransitions() {}

    static List<Rule> of(Mode mode) {
        List<Rule> rules = new ArrayList<>();
        for (SagaStatus status : SagaStatus.values()) {
            for (OperationKind operation : OperationKind.values()) {
                boolean allowed = State.all().stream()
                        .anyMatch(state -> state.mode().equals(mode)
                                && state.status() == status
                                && Operations.denial(operation, state).isEmpty());
                if (allowed) {
                    rule(status, operation).ifPresent(rules::add);
                }
            }
        }
        return rules;
    }

    private static Optional<Rule> rule(SagaStatus status, OperationKind operation) {
        return switch (operation) {
            case RETRY -> Optional.of(new Rule(status, EventKind.RETRIED, Set.of(status), false, operation.text()));
            case RESUME -> Optional.of(new Rule(status, EventKind.GOES_ON, Set.of(status), false, operation.text()));
            case RELEASE -> Optional.of(new Rule(status, EventKind.RELEASED, Set.of(status), false, operation.text()));
            case PAUSE -> Optional.of(new Rule(status, EventKind.PAUSED, Set.of(), true, operation.text()));
            case PARK -> Optional.of(new Rule(status, EventKind.PARKED, Set.of(), true, operation.text()));
            case ROLL_BACK ->
                Optional.of(
                        new Rule(status, EventKind.ROLLED_BACK, Set.of(SagaStatus.ABORTING), false, operation.text()));
            case FORCE_BRANCH ->
                Optional.of(new Rule(status, EventKind.BRANCH_FORCED, Set.of(status), true, operation.text()));
            case SKIP_BRANCH ->
                Optional.of(new Rule(status, EventKind.BRANCH_SKIPPED, Set.of(status), true, operation.text()));
            case EXTEND_DEADLINE ->
                Optional.of(new Rule(status, EventKind.DEADLINE_EXTENDED, Set.of(status), true, operation.text()));
            case ADD_NOTE, DELETE -> Optional.empty();
        };
    }

    /// What operators may do in which state, as a part of the page of the documentation.
    static void append(StringBuilder page) {
        page.append("""

                ## What operators do

                `Operations.java`, rendered. An operation is written first, with a higher epoch, so whoever works on the
                transaction loses it; whoever takes it up next goes on from there. What somebody was working on may be further
                than what is stored: then every action may have been called, as after its owner went away. A step whose action
                was forced is still undone by a roll-back, for its participant may have done it.

                | operation | | in status | leads to |
                |---|---|---|---|
                """);
        for (OperationKind operation : OperationKind.values()) {
            Set<SagaStatus> statuses = EnumSet.noneOf(SagaStatus.class);
            State.all().stream()
                    .filter(state -> Operations.denial(operation, state).isEmpty())
                    .forEach(state -> statuses.add(state.status()));
            page.append("| ").append(lower(operation)).append(" | ").append(operation.text());
            page.append(" | ")
                    .append(String.join(
                            ", ", statuses.stream().map(Transitions::word).toList()));
            page.append(" | ").append(leadsTo(operation)).append(" |\n");
        }
        page.append("""

                What each state allows; where it does not, the reason that the API gives.

                | mode | status | held |""");
        for (OperationKind operation : OperationKind.values()) {
            page.append(' ').append(lower(operation)).append(" |");
        }
        page.append("\n|---|---|---|").append("---|".repeat(OperationKind.values().length));
        for (State state : State.all()) {
            page.append("\n| ").append(state.mode().wireName());
            page.append(" | ").append(Transitions.word(state.status()));
            page.append(" | ").append(state.hold() == Hold.NOT_HELD ? "" : lower(state.hold()));
            page.append(" |");
            for (OperationKind operation : OperationKind.values()) {
                String cell = Operations.denial(operation, state)
                        .map(OperatorTransitions::lower)
                        .orElse("**yes**");
                page.append(' ').append(cell).append(" |");
            }
        }
        page.append('\n');
    }

    private static String leadsTo(OperationKind operation) {
        return switch (operation) {
            case RETRY, RESUME, RELEASE -> "the same status, due at once";
            case PAUSE -> "the same status, paused";
            case PARK -> "the same status, parked";
            case ROLL_BACK -> "aborting, due at once";
            case FORCE_BRANCH, SKIP_BRANCH -> "the same status, due at once unless it is paused";
            case EXTEND_DEADLINE -> "the same status, due at once unless it is held";
            case ADD_NOTE -> "nothing else";
            case DELETE -> "nowhere";
        };
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
