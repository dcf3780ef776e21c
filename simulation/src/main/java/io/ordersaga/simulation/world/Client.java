package io.ordersaga.simulation.world;

import static io.ordersaga.simulation.kernel.Timeline.MILLISECOND;
import static io.ordersaga.simulation.kernel.Timeline.SECOND;

import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import java.util.Optional;

/// Submits one saga until it hears something definite; then perhaps again, and perhaps something else under the
/// same gid.
final class Client {

    private final World world;
    private final SagaPlan plan;
    private boolean heard;
    private int underWay;

    Client(World world, SagaPlan plan) {
        this.world = world;
        this.plan = plan;
    }

    void begin() {
        world.timeline().at(plan.submitted(), () -> submit(plan.definition(), true));
        if (world.faults().mayStrike(FaultKind.OTHER_BODY)) {
            world.timeline().at(plan.submitted() + world.rng().between(0, 15 * SECOND), () -> {
                if (world.faults().strikes(FaultKind.OTHER_BODY, plan.number())) {
                    submit(plan.other(), false);
                }
            });
        }
    }

    boolean isContent() {
        return heard && underWay == 0;
    }

    /// @param again whether it tries until it is answered
    private void submit(SagaDefinition definition, boolean again) {
        underWay++;
        Attempt attempt = new Attempt(definition, again);
        boolean lost = world.faults().strikes(FaultKind.SUBMIT_LOST, plan.number());
        boolean answerLost = lost && world.rng().chance(0.5);
        Node node = world.anyNode();
        if (!lost || answerLost) {
            world.timeline()
                    .after(
                            world.rng().between(1, 10) * MILLISECOND,
                            () -> node.submit(plan.number(), definition, plan.waits(), answer -> {
                                if (!answerLost) {
                                    world.timeline()
                                            .after(
                                                    world.rng().between(1, 10) * MILLISECOND,
                                                    () -> attempt.answered(answer));
                                }
                            }));
        }
        world.timeline().after(world.rng().between(300, 3_000) * MILLISECOND, attempt::giveUp);
    }

    private final class Attempt {

        private final SagaDefinition definition;
        private final boolean again;
        private boolean over;

        Attempt(SagaDefinition definition, boolean again) {
            this.definition = definition;
            this.again = again;
        }

        /// Also an answer that comes too late is a promise.
        void answered(Optional<SubmitAnswer> answer) {
            answer.ifPresent(said -> {
                world.trace()
                        .note(
                                "client",
                                "hears",
                                plan.number(),
                                0,
                                said.getClass().getSimpleName());
                world.auditor().heard(plan, definition, said);
            });
            if (over) {
                return;
            }
            over = true;
            underWay--;
            boolean definite = answer.isPresent() && !(answer.get() instanceof SubmitAnswer.Overloaded);
            if (definite && again) {
                heard = true;
                comeAgain();
            } else if (again && !heard) {
                world.timeline().after(world.rng().between(50, 500) * MILLISECOND, () -> submit(definition, true));
            }
        }

        void giveUp() {
            if (!over) {
                over = true;
                underWay--;
                if (again && !heard) {
                    submit(definition, true);
                }
            }
        }
    }

    private void comeAgain() {
        if (world.faults().mayStrike(FaultKind.RESUBMIT)) {
            world.timeline().after(world.rng().between(0, 15 * SECOND), () -> {
                if (world.faults().strikes(FaultKind.RESUBMIT, plan.number())) {
                    submit(plan.definition(), false);
                }
            });
        }
    }
}
