package io.ordersaga.simulation.world;

import static io.ordersaga.simulation.kernel.Timeline.MILLISECOND;
import static io.ordersaga.simulation.kernel.Timeline.SECOND;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.BranchOutcome.Unknown;
import java.time.Duration;
import java.util.function.Consumer;

/// Carries calls to the participants and answers back, as badly as a network does.
final class Network {

    private static final BranchOutcome UNREACHABLE = new Unknown("cannot be reached", Trouble.UNREACHABLE);
    private static final BranchOutcome NO_ANSWER = new Unknown("no answer in time", Trouble.NO_ANSWER);
    private static final BranchOutcome ERROR = new Unknown("answered with an error", Trouble.ERROR);

    private final World world;

    Network(World world) {
        this.world = world;
    }

    /// Calls, and answers exactly once as long as the node lives.
    void call(Node node, int saga, BranchCall call, Consumer<BranchOutcome> answer) {
        Faults faults = world.faults();
        if (faults.strikes(FaultKind.UNREACHABLE, saga)) {
            node.later(MILLISECOND, () -> answer.accept(UNREACHABLE));
            return;
        }
        Once once = new Once(answer);
        Duration allowed = call.timeout().isZero() ? world.swarm().callTimeout() : call.timeout();
        node.later(allowed.toMillis() * MILLISECOND, () -> once.accept(NO_ANSWER));
        Consumer<Runnable> reply = node.bound();
        if (!faults.strikes(FaultKind.REQUEST_LOST, saga)) {
            send(saga, call, outcome -> reply.accept(() -> once.accept(outcome)), 0);
        }
        if (faults.strikes(FaultKind.DUPLICATED, saga)) {
            send(saga, call, _ -> {}, world.rng().between(MILLISECOND, 8 * SECOND));
        }
    }

    private void send(int saga, BranchCall call, Consumer<BranchOutcome> reply, long later) {
        world.begins();
        world.timeline().after(later + delay(saga), () -> {
            world.ends();
            BranchOutcome outcome =
                    world.faults().strikes(FaultKind.BRANCH_ERROR, saga) ? ERROR : world.handle(saga, call);
            world.trace().note("branch", call.op().name(), saga, call.step(), outcome.word());
            if (!world.faults().strikes(FaultKind.REPLY_LOST, saga)) {
                world.timeline().after(delay(saga), () -> reply.accept(outcome));
            }
        });
    }

    private long delay(int saga) {
        return world.faults().strikes(FaultKind.DELAYED, saga)
                ? world.rng().between(50 * MILLISECOND, 15 * SECOND)
                : world.rng().between(100, 20 * MILLISECOND);
    }

    private static final class Once implements Consumer<BranchOutcome> {

        private final Consumer<BranchOutcome> answer;
        private boolean answered;

        Once(Consumer<BranchOutcome> answer) {
            this.answer = answer;
        }

        @Override
        public void accept(BranchOutcome outcome) {
            if (!answered) {
                answered = true;
                answer.accept(outcome);
            }
        }
    }
}
