package io.ordersaga.simulation.planted;

import io.ordersaga.coordinator.dispatch.Action;
import io.ordersaga.coordinator.dispatch.Input;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.simulation.world.Driving;
import io.ordersaga.simulation.world.Parts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// What could be wrong about the decisions of a node: the engine and the driver of production, told something
/// else than what happened, or not obeyed.
final class DriverFaults {

    private DriverFaults() {}

    /// Changes what every driver does.
    abstract static class EveryDriver extends Parts {
        @Override
        public Driving submitted(Engine engine, Saga saga) {
            return wrong(super.submitted(engine, saga));
        }

        @Override
        public Driving claimed(Engine engine, Claim claim) {
            return wrong(super.claimed(engine, claim));
        }

        abstract Driving wrong(Driving right);
    }

    /// Hears other outcomes than there are.
    private static Driving hearing(Driving right, UnaryOperator<Input.Answered> other) {
        return (input, now) -> right.on(input instanceof Input.Answered answered ? other.apply(answered) : input, now);
    }

    static final class UnknownIsRefused extends EveryDriver {
        @Override
        Driving wrong(Driving right) {
            BranchOutcome refused = new BranchOutcome.Refused(new Rejection("no answer", Bytes.EMPTY));
            return hearing(
                    right,
                    answered -> answered.op() == Op.ACTION && answered.outcome() instanceof BranchOutcome.Unknown
                            ? new Input.Answered(answered.step(), answered.op(), refused)
                            : answered);
        }
    }

    static final class UnknownIsUndone extends EveryDriver {
        @Override
        Driving wrong(Driving right) {
            return hearing(
                    right,
                    answered -> answered.op() == Op.COMPENSATION && answered.outcome() instanceof BranchOutcome.Unknown
                            ? new Input.Answered(answered.step(), answered.op(), new BranchOutcome.Succeeded())
                            : answered);
        }
    }

    static final class OngoingIsDone extends EveryDriver {
        @Override
        Driving wrong(Driving right) {
            return hearing(
                    right,
                    answered -> answered.outcome() instanceof BranchOutcome.Ongoing
                            ? new Input.Answered(answered.step(), answered.op(), new BranchOutcome.Succeeded())
                            : answered);
        }
    }

    static final class AcceptedBeforeStored extends EveryDriver {
        @Override
        Driving wrong(Driving right) {
            return (input, now) -> {
                List<Action> actions = new ArrayList<>(right.on(input, now));
                if (actions.stream().anyMatch(action -> action instanceof Action.Insert)) {
                    actions.addFirst(new Action.Answer(new SubmitAnswer.Accepted()));
                }
                return actions;
            };
        }
    }

    /// Writes lazily what should be awaited, and goes on at once.
    private static Driving hasty(Driving right, Predicate<Saga> which) {
        return (input, now) -> {
            List<Action> actions = new ArrayList<>(right.on(input, now));
            if (!actions.isEmpty() && actions.getLast() instanceof Action.Write write && which.test(write.saga())) {
                actions.removeLast();
                actions.add(new Action.WriteLater(write.lease(), write.saga()));
                actions.addAll(right.on(new Input.Written(true), now));
            }
            return actions;
        };
    }

    static final class DecisionNotAwaited extends EveryDriver {
        @Override
        Driving wrong(Driving right) {
            return hasty(right, saga -> saga.status() == SagaStatus.ABORTING);
        }
    }

    static final class SuccessNotAwaited extends EveryDriver {
        @Override
        Driving wrong(Driving right) {
            return hasty(right, saga -> saga.status() == SagaStatus.SUCCEEDED);
        }
    }

    static final class ResumedAsWaiting extends Parts {
        @Override
        public Driving claimed(Engine engine, Claim claim) {
            return super.claimed(engine, new Claim(claim.lease(), claim.saga(), false));
        }
    }

    /// The same saga with steps that wait for nothing.
    private static Saga withoutOrder(Saga saga) {
        SagaDefinition right = saga.definition();
        SagaOptions options = right.options();
        SagaOptions unordered = new SagaOptions(
                options.retryInterval(),
                options.requestTimeout(),
                options.timeoutToFail(),
                options.retryLimit(),
                true,
                Collections.emptySortedMap());
        return withDefinition(
                saga,
                new SagaDefinition(
                        right.gid(), right.mode(), right.protocol(), right.steps(), right.branchHeaders(), unordered));
    }

    private static Saga withDefinition(Saga saga, SagaDefinition definition) {
        return new Saga(
                definition,
                saga.status(),
                saga.progress(),
                saga.retrying(),
                saga.submitted(),
                saga.rejection(),
                saga.parked());
    }

    static final class OrdersIgnored extends Parts {
        @Override
        public Driving submitted(Engine engine, Saga saga) {
            Driving wrong = super.submitted(engine, withoutOrder(saga));
            return (input, now) -> storing(wrong.on(input, now), saga.definition());
        }

        private static List<Action> storing(List<Action> actions, SagaDefinition right) {
            return actions.stream()
                    .map(action -> action instanceof Action.Insert(Saga saga)
                            ? new Action.Insert(withDefinition(saga, right))
                            : action)
                    .toList();
        }

        @Override
        public Driving claimed(Engine engine, Claim claim) {
            return super.claimed(engine, new Claim(claim.lease(), withoutOrder(claim.saga()), claim.abandoned()));
        }
    }

    static final class UndoneWithoutOrder extends Parts {
        @Override
        public Driving claimed(Engine engine, Claim claim) {
            Saga saga = claim.saga();
            return saga.status() == SagaStatus.ABORTING
                    ? super.claimed(engine, new Claim(claim.lease(), withoutOrder(saga), claim.abandoned()))
                    : super.claimed(engine, claim);
        }
    }

    static final class ClockThatJumps extends Parts {
        @Override
        public boolean clockJumps() {
            return true;
        }
    }
}
