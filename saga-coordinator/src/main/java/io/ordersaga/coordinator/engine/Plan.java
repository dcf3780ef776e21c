package io.ordersaga.coordinator.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/// Which actions of a saga wait for which; a roll-back goes the same ways backwards. Steps are numbered from 0.
sealed interface Plan {

    /// Whether all steps that `step` itself waits for are of this kind.
    boolean allBefore(int step, IntPredicate kind);

    /// Whether all steps that wait for `step` itself are of this kind.
    boolean allAfter(int step, IntPredicate kind);

    /// Every step that waits for `step` itself.
    void forEachAfter(int step, IntConsumer action);

    /// Every step that `step` itself waits for.
    void forEachBefore(int step, IntConsumer action);

    static Plan of(SagaDefinition saga) {
        int steps = saga.steps().size();
        return saga.options().concurrent() ? Dag.of(steps, saga.options().orders()) : new Chain(steps);
    }

    /// Every step that waits for `step`, itself or over others.
    default void forEachBeyond(int step, int steps, IntConsumer action) {
        boolean[] seen = new boolean[steps];
        Deque<Integer> open = new ArrayDeque<>();
        open.add(step);
        while (!open.isEmpty()) {
            forEachAfter(open.remove(), next -> {
                if (!seen[next]) {
                    seen[next] = true;
                    open.add(next);
                    action.accept(next);
                }
            });
        }
    }

    /// Refuses orders under which a step would wait for ever.
    ///
    /// @throws InvalidSagaException names the entry of `custom_data.orders`
    static void requireRunnable(int steps, SagaOptions options) {
        SortedMap<Integer, SortedSet<Integer>> orders = options.orders();
        orders.forEach((step, before) -> {
            requireKnown(step, step, steps);
            requireKnown(step, before.first(), steps);
            requireKnown(step, before.last(), steps);
            // One after the other, every step waits for all before it already.
            if (!options.concurrent() && before.last() >= step) {
                throw cyclic(step);
            }
        });
        if (options.concurrent() && !orders.isEmpty()) {
            Dag.of(steps, orders).requireAcyclic();
        }
    }

    private static void requireKnown(int entry, int step, int steps) {
        if (step < 0 || step >= steps) {
            throw new InvalidSagaException(
                    field(entry), "names step " + step + ", but the " + steps + " steps are numbered from 0");
        }
    }

    private static InvalidSagaException cyclic(int step) {
        return new InvalidSagaException(
                field(step), "makes step " + step + " wait for itself, directly or over others");
    }

    private static String field(int entry) {
        return "custom_data.orders[" + entry + "]";
    }

    /// One after the other.
    record Chain(int steps) implements Plan {

        @Override
        public boolean allBefore(int step, IntPredicate kind) {
            return step == 0 || kind.test(step - 1);
        }

        @Override
        public boolean allAfter(int step, IntPredicate kind) {
            return step == steps - 1 || kind.test(step + 1);
        }

        @Override
        public void forEachBefore(int step, IntConsumer action) {
            if (step > 0) {
                action.accept(step - 1);
            }
        }

        @Override
        public void forEachAfter(int step, IntConsumer action) {
            if (step < steps - 1) {
                action.accept(step + 1);
            }
        }
    }

    /// A directed graph without cycles: `before[n]` are the steps that step n waits for, `after[n]` those that
    /// wait for it.
    final class Dag implements Plan {

        private static final int[] NONE = {};

        private final int[][] before;
        private final int[][] after;

        private Dag(int[][] before, int[][] after) {
            this.before = before;
            this.after = after;
        }

        static Dag of(int steps, SortedMap<Integer, SortedSet<Integer>> orders) {
            int[][] before = new int[steps][];
            int[] waiting = new int[steps];
            for (int step = 0; step < steps; step++) {
                before[step] = NONE;
            }
            for (Map.Entry<Integer, SortedSet<Integer>> order : orders.entrySet()) {
                int[] targets = new int[order.getValue().size()];
                int count = 0;
                for (int target : order.getValue()) {
                    targets[count++] = target;
                    waiting[target]++;
                }
                before[order.getKey()] = targets;
            }
            return new Dag(before, reversed(before, waiting));
        }

        private static int[][] reversed(int[][] before, int[] waiting) {
            int[][] after = new int[before.length][];
            for (int step = 0; step < before.length; step++) {
                after[step] = waiting[step] == 0 ? NONE : new int[waiting[step]];
            }
            int[] filled = new int[before.length];
            for (int step = 0; step < before.length; step++) {
                for (int target : before[step]) {
                    after[target][filled[target]++] = step;
                }
            }
            return after;
        }

        /// Takes away what waits for nothing, again and again; what is left waits for itself.
        void requireAcyclic() {
            int[] missing = new int[before.length];
            Deque<Integer> free = new ArrayDeque<>();
            for (int step = 0; step < before.length; step++) {
                missing[step] = before[step].length;
                if (missing[step] == 0) {
                    free.add(step);
                }
            }
            while (!free.isEmpty()) {
                for (int next : after[free.remove()]) {
                    if (--missing[next] == 0) {
                        free.add(next);
                    }
                }
            }
            for (int step = 0; step < before.length; step++) {
                if (missing[step] > 0) {
                    throw cyclic(onTheCycleBefore(step, missing));
                }
            }
        }

        /// What is left may also wait for a cycle without being part of it.
        private int onTheCycleBefore(int start, int[] missing) {
            boolean[] seen = new boolean[before.length];
            int step = start;
            while (!seen[step]) {
                seen[step] = true;
                for (int target : before[step]) {
                    if (missing[target] > 0) {
                        step = target;
                        break;
                    }
                }
            }
            return step;
        }

        @Override
        public boolean allBefore(int step, IntPredicate kind) {
            return all(before[step], kind);
        }

        @Override
        public boolean allAfter(int step, IntPredicate kind) {
            return all(after[step], kind);
        }

        @Override
        public void forEachBefore(int step, IntConsumer action) {
            for (int target : before[step]) {
                action.accept(target);
            }
        }

        @Override
        public void forEachAfter(int step, IntConsumer action) {
            for (int next : after[step]) {
                action.accept(next);
            }
        }

        private static boolean all(int[] steps, IntPredicate kind) {
            for (int step : steps) {
                if (!kind.test(step)) {
                    return false;
                }
            }
            return true;
        }
    }
}
