package io.ordersaga.simulation.world;

import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.StepProgress;
import io.ordersaga.simulation.shop.BranchDatabase;
import io.ordersaga.simulation.shop.Effect;
import io.ordersaga.simulation.store.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/// What the participants really did, against what the store says: I3 to I6, and the order of the steps.
final class Ledger {

    private static final long NEVER = -1;

    private final World world;

    Ledger(World world) {
        this.world = world;
    }

    void check() {
        long[][] action = new long[world.plans().size()][];
        long[][] compensation = new long[world.plans().size()][];
        for (SagaPlan plan : world.plans()) {
            action[plan.number()] = nothing(plan);
            compensation[plan.number()] = nothing(plan);
        }
        for (BranchDatabase database : world.databases()) {
            long net = 0;
            for (Effect effect : database.effects()) {
                net += effect.amount();
                int saga = world.numberOf(effect.gid());
                int step = Integer.parseInt(effect.branchId()) - 1;
                once(effect.op().equals("action") ? action[saga] : compensation[saga], step, effect);
            }
            conserved(database, net);
        }
        for (SagaPlan plan : world.plans()) {
            Row row = world.store().find(plan.definition().gid()).orElseThrow();
            allOrNothing(row, action[plan.number()], compensation[plan.number()]);
            inOrder(row, action[plan.number()], compensation[plan.number()]);
        }
    }

    private static long[] nothing(SagaPlan plan) {
        long[] sequences = new long[plan.definition().steps().size()];
        java.util.Arrays.fill(sequences, NEVER);
        return sequences;
    }

    /// I4.
    private static void once(long[] sequences, int step, Effect effect) {
        if (sequences[step] != NEVER) {
            throw new InvariantBroken(
                    "I4",
                    effect.op() + " of branch " + effect.branchId() + " of " + effect.gid() + " took effect twice");
        }
        sequences[step] = effect.sequence();
    }

    /// I5 and I6.
    private void conserved(BranchDatabase database, long net) {
        boolean complete =
                database.available() + database.taken() == world.swarm().stock();
        if (!complete || database.taken() != net) {
            throw new InvariantBroken(
                    "I5",
                    "a shelf has " + database.available() + " and gave away " + database.taken() + " of "
                            + world.swarm().stock() + ", its ledger says " + net);
        }
        if (database.wasBelowZero()) {
            throw new InvariantBroken("I6", "a shelf was below zero");
        }
    }

    /// I3. Whoever takes an action as done answers for its being done, and whoever skips a compensation for what stays.
    /// What was never done is not undone all the same.
    private static void allOrNothing(Row row, long[] action, long[] compensation) {
        List<Step> steps = row.definition().steps();
        List<StepProgress> progress = row.steps();
        for (int step = 0; step < steps.size(); step++) {
            boolean done = action[step] != NEVER;
            boolean undone = compensation[step] != NEVER;
            if (undone && !done) {
                throw new InvariantBroken("I3", row.gid() + ": step " + step + " was undone and never done");
            }
            boolean forced = progress.get(step).action().forced();
            boolean skipped = progress.get(step).compensation().forced();
            boolean missing = done == steps.get(step).action().isEmpty() && !forced;
            if (row.status() == SagaStatus.SUCCEEDED && (undone || missing)) {
                throw new InvariantBroken(
                        "I3", row.gid() + " succeeded, but step " + step + (undone ? " was undone" : " was not done"));
            }
            boolean canBeUndone = !steps.get(step).compensation().isEmpty();
            if (row.status() == SagaStatus.FAILED && canBeUndone && done != undone && !skipped) {
                throw new InvariantBroken("I3", row.gid() + " failed, but step " + step + " was not undone");
            }
        }
    }

    /// A step is done after those that it waits for, and undone before them; unless somebody took that as done, or
    /// skipped the compensation that would have kept a late action out.
    private static void inOrder(Row row, long[] action, long[] compensation) {
        SagaDefinition definition = row.definition();
        List<StepProgress> progress = row.steps();
        List<Step> steps = definition.steps();
        boolean[][] before = before(definition);
        for (int step = 0; step < steps.size(); step++) {
            for (int earlier = 0; earlier < steps.size(); earlier++) {
                if (!before[step][earlier] || action[step] == NEVER) {
                    continue;
                }
                boolean early = !steps.get(earlier).action().isEmpty()
                        && !progress.get(earlier).action().forced()
                        && !progress.get(step).compensation().forced()
                        && (action[earlier] == NEVER || action[earlier] > action[step]);
                boolean lateUndone = compensation[earlier] != NEVER
                        && !progress.get(step).compensation().forced()
                        && !steps.get(step).compensation().isEmpty()
                        && (compensation[step] == NEVER || compensation[step] > compensation[earlier]);
                if (early || lateUndone) {
                    throw new InvariantBroken(
                            "order",
                            definition.gid() + ": step " + step + " waits for " + earlier + ", but was "
                                    + (early ? "done before it" : "undone after it"));
                }
            }
        }
    }

    /// Which steps each step waits for, directly or not.
    private static boolean[][] before(SagaDefinition definition) {
        int size = definition.steps().size();
        boolean[][] before = new boolean[size][size];
        for (int step = 0; step < size; step++) {
            if (!definition.options().concurrent()) {
                java.util.Arrays.fill(before[step], 0, step, true);
            } else {
                SortedSet<Integer> direct = definition.options().orders().get(step);
                for (int earlier : direct == null ? new ArrayList<Integer>() : direct) {
                    before[step][earlier] = true;
                }
            }
        }
        for (int middle = 0; middle < size; middle++) {
            for (int step = 0; step < size; step++) {
                for (int earlier = 0; earlier < size; earlier++) {
                    before[step][earlier] |= before[step][middle] && before[middle][earlier];
                }
            }
        }
        return before;
    }
}
