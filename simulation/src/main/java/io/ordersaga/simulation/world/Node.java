package io.ordersaga.simulation.world;

import static io.ordersaga.simulation.kernel.Timeline.MILLISECOND;
import static io.ordersaga.simulation.kernel.Timeline.SECOND;

import io.ordersaga.coordinator.dispatch.Action;
import io.ordersaga.coordinator.dispatch.Input;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.engine.StoreOverloadedException;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.simulation.store.SimStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// One coordinator: carries out what the production drivers and the production claim loop decide, as long as it
/// lives.
final class Node {

    private static final int DICE_AFTER_PROMISE = 5;

    private enum State {
        UP,
        STOPPING,
        DOWN
    }

    private final World world;
    private final String name;
    private final StoreLink link;
    private final NodeClock clock;
    private final Map<Long, Run> running = new LinkedHashMap<>();
    /// Submitted here and not stored yet.
    private final List<Run> arriving = new ArrayList<>();
    private final int batch;
    private final int places;
    private State state = State.DOWN;
    private Claiming claiming;
    private int incarnation;
    private long pausedUntil;
    private int form;

    Node(World world, int number) {
        this.world = world;
        this.name = "node" + number;
        this.link = new StoreLink(world, this);
        this.clock = new NodeClock(world);
        this.form = world.rng().chance(0.3) ? World.OLD_FORM : World.NEW_FORM;
        this.batch = 1 + world.rng().below(3);
        this.places = 2 + world.rng().below(4);
        this.claiming = new Claiming(world, this, link, batch, places);
    }

    Instant now() {
        return clock.now();
    }

    SimStore.Caller caller() {
        return new SimStore.Caller(name + "/" + incarnation, now(), form);
    }

    /// Whether this is still that life of the node.
    boolean isLivedBy(Claiming life) {
        return state != State.DOWN && claiming.equals(life);
    }

    /// The leases that no write has prolonged for that long.
    List<Lease> leasesOlderThan(long micros) {
        List<Lease> old = new ArrayList<>();
        for (Run run : running.values()) {
            if (run.lease != null && clock.since(run.heldSince) >= micros) {
                old.add(run.lease);
            }
        }
        return old;
    }

    boolean isIdle() {
        return running.isEmpty() && arriving.isEmpty() && !link.hasUnwritten();
    }

    void start() {
        state = State.UP;
        incarnation++;
        clock.restart();
        note("up", -1, form, "");
        claiming = new Claiming(world, this, link, batch, places);
        claiming.plan();
        new Renewals(world, this, link).plan();
    }

    /// Everything is well from now on, but for a pause that has begun.
    void heal() {
        form = World.NEW_FORM;
    }

    /// Runs it later, in this life of the node, and not while it stands still.
    void later(long delay, Runnable what) {
        Consumer<Runnable> bound = bound();
        world.timeline().after(delay, () -> bound.accept(what));
    }

    /// Runs what it is given when that is still this life of the node, once it does not stand still.
    Consumer<Runnable> bound() {
        int life = incarnation;
        return what -> run(life, what);
    }

    private void run(int life, Runnable what) {
        if (life != incarnation) {
            return;
        }
        if (pausedUntil > world.timeline().now()) {
            world.timeline().at(pausedUntil, () -> run(life, what));
        } else {
            what.run();
        }
    }

    void submit(int number, SagaDefinition definition, boolean waits, Consumer<Optional<SubmitAnswer>> client) {
        if (state != State.UP) {
            client.accept(Optional.empty());
            return;
        }
        Consumer<Runnable> bound = bound();
        bound.accept(() -> {
            Saga fresh = Saga.fresh(definition, now());
            Submitter submitter = new Submitter(waits, client);
            Run run = new Run(number, world.parts().submitted(world.engine(), fresh), submitter, true);
            arriving.add(run);
            note("submitted", number, definition.digest().hashCode(), "");
            feed(run, new Input.Begin());
        });
    }

    /// Works on a saga that was claimed.
    ///
    /// @param before when the claim was asked for
    void take(Claim claim, long before) {
        int number = world.numberOf(claim.lease());
        Run run = new Run(number, world.parts().claimed(world.engine(), claim), Submitter.NOBODY, false);
        run.lease = claim.lease();
        run.heldSince = before;
        running.put(claim.lease().sagaId(), run);
        note("claimed", number, claim.lease().epoch(), claim.abandoned() ? "abandoned" : "due");
        if (state == State.STOPPING) {
            feed(run, new Input.Stopping());
        }
        feed(run, new Input.Begin());
    }

    /// The lease was prolonged.
    void held(Lease lease, long since) {
        Run run = running.get(lease.sagaId());
        if (run != null && lease.equals(run.lease)) {
            run.heldSince = since;
        }
    }

    void lost(Lease lease) {
        Run run = running.get(lease.sagaId());
        if (run != null && lease.equals(run.lease)) {
            feed(run, new Input.LeaseLost());
        }
    }

    private void feed(Run run, Input input) {
        if (run.over) {
            return;
        }
        List<Action> actions;
        try {
            actions = run.driver.on(input, now());
        } catch (IllegalStateException bug) {
            throw new InvariantBroken("bug", name + " on " + input + ": " + bug.getMessage());
        }
        perform(run, actions, 0);
    }

    private void perform(Run run, List<Action> actions, int from) {
        for (int index = from; index < actions.size() && !run.over; index++) {
            if (world.faults().strikes(FaultKind.NODE_CRASH, run.saga)) {
                crash();
                return;
            }
            if (strikesHere(run.saga)) {
                int rest = index;
                int life = incarnation;
                // Planned before anything that arrives meanwhile.
                world.timeline().at(pausedUntil, () -> run(life, () -> perform(run, actions, rest)));
                return;
            }
            carryOut(run, actions.get(index));
            if (actions.get(index) instanceof Action.Answer(SubmitAnswer answer) && diesAfter(answer, run)) {
                crash();
                return;
            }
        }
    }

    /// Right after a promise is where dying hurts most.
    private boolean diesAfter(SubmitAnswer answer, Run run) {
        boolean isEnd = answer instanceof SubmitAnswer.Succeeded || answer instanceof SubmitAnswer.RolledBack;
        for (int dice = 0; isEnd && dice < DICE_AFTER_PROMISE; dice++) {
            if (world.faults().strikes(FaultKind.NODE_CRASH, run.saga)) {
                return true;
            }
        }
        return false;
    }

    /// Whether this node stands still now.
    private boolean strikesHere(int saga) {
        if (world.faults().strikes(FaultKind.NODE_PAUSE, saga)) {
            long longest = world.leaseMicros() * 3;
            pausedUntil = world.timeline().now() + world.rng().between(10 * MILLISECOND, longest);
            return true;
        }
        if (state == State.UP && world.faults().strikes(FaultKind.NODE_STOP, saga)) {
            stop();
        }
        if (world.faults().strikes(FaultKind.CLOCK_JUMP, saga)) {
            clock.jump();
        }
        return false;
    }

    private void carryOut(Run run, Action action) {
        switch (action) {
            case Action.Insert(Saga saga) -> insert(run, saga);
            case Action.Write(Lease lease, Saga saga) -> write(run, lease, saga);
            case Action.WriteLater(Lease lease, Saga saga) -> writeLater(run, lease, saga);
            case Action.Call(BranchCall call) -> call(run, call);
            case Action.Answer(SubmitAnswer answer) -> run.submitter.hear(answer);
            case Action.Release(Optional<Instant> due) -> {
                leave(run);
                due.ifPresent(claiming::wakeAt);
            }
            case Action.HandOver(Lease lease) -> {
                leave(run);
                link.handOver(List.of(lease));
            }
            case Action.Lost(String _) -> {
                note("lost", run.saga, 0, "");
                leave(run);
            }
        }
    }

    private void insert(Run run, Saga saga) {
        if (world.faults().strikes(FaultKind.STORE_OVERLOADED, run.saga)) {
            feed(run, new Input.StoreFailed(new StoreOverloadedException(Duration.ofMillis(100))));
            return;
        }
        long before = world.timeline().now();
        SimStore.Caller caller = caller();
        link.ask(
                run.saga,
                () -> world.store().insert(caller, saga),
                insertion -> {
                    arriving.remove(run);
                    if (insertion instanceof Insertion.Inserted(Lease lease)) {
                        run.lease = lease;
                        run.heldSince = before;
                        running.put(lease.sagaId(), run);
                    }
                    note("inserted", run.saga, 0, insertion.getClass().getSimpleName());
                    feed(run, new Input.Inserted(insertion));
                },
                failure -> feed(run, new Input.StoreFailed(failure)));
    }

    private void write(Run run, Lease lease, Saga saga) {
        long before = world.timeline().now();
        note("write", run.saga, lease.epoch(), saga.status().name());
        link.save(
                lease,
                saga,
                run.saga,
                held -> {
                    if (held) {
                        run.heldSince = before;
                    }
                    feed(run, new Input.Written(held));
                },
                failure -> feed(run, new Input.StoreFailed(failure)));
    }

    private void writeLater(Run run, Lease lease, Saga saga) {
        note("write later", run.saga, lease.epoch(), saga.status().name());
        boolean waits = !saga.status().isTerminal() && saga.retrying().due().isPresent();
        link.saveLater(
                lease,
                saga,
                run.saga,
                waits ? world.swarm().waitDelay() : world.swarm().lazyDelay());
    }

    private void call(Run run, BranchCall call) {
        Duration heldFor = Duration.of(clock.since(run.heldSince), ChronoUnit.MICROS);
        if (!world.parts().mayCall(heldFor, world.swarm().lease())) {
            feed(run, new Input.LeaseLost());
            return;
        }
        note("call", run.saga, call.step(), call.op().name());
        world.network().call(this, run.saga, call, outcome -> {
            note("answered", run.saga, call.step(), outcome.word());
            feed(run, new Input.Answered(call.step(), call.op(), outcome));
        });
    }

    private void leave(Run run) {
        run.over = true;
        arriving.remove(run);
        if (run.lease != null) {
            running.remove(run.lease.sagaId(), run);
        }
        run.submitter.leave();
        if (!run.fresh) {
            claiming.placeFreed();
        }
    }

    private void crash() {
        note("crashed", -1, running.size(), "");
        running.values().forEach(run -> world.faults().meets(FaultKind.NODE_CRASH, run.saga));
        die();
        comeBack();
    }

    private void stop() {
        note("stopping", -1, running.size(), "");
        state = State.STOPPING;
        claiming.end();
        List<Run> all = new ArrayList<>(running.values());
        all.addAll(arriving);
        all.forEach(run -> {
            world.faults().meets(FaultKind.NODE_STOP, run.saga);
            later(0, () -> feed(run, new Input.Stopping()));
        });
        later(world.rng().between(100, 1_000) * MILLISECOND, () -> {
            List<Lease> left = new ArrayList<>();
            running.values().forEach(run -> Optional.ofNullable(run.lease).ifPresent(left::add));
            if (!left.isEmpty()) {
                link.handOver(left);
            }
            link.flush();
            // What is under way gets no answer any more.
            die();
            comeBack();
        });
    }

    private void die() {
        state = State.DOWN;
        claiming.end();
        incarnation++;
        List<Run> all = new ArrayList<>(running.values());
        all.addAll(arriving);
        running.clear();
        arriving.clear();
        link.forget();
        all.forEach(run -> {
            run.over = true;
            world.timeline().after(MILLISECOND, run.submitter::leave);
        });
    }

    private void comeBack() {
        int life = incarnation;
        int saga = world.rng().below(world.swarm().sagas());
        if (world.faults().strikes(FaultKind.OTHER_BUILD, saga)) {
            form = form == World.OLD_FORM ? World.NEW_FORM : World.OLD_FORM;
        }
        long delay = world.rng().between(100 * MILLISECOND, 5 * SECOND);
        world.timeline().after(delay, () -> {
            if (life == incarnation) {
                start();
            }
        });
    }

    private void note(String what, int saga, long detail, String word) {
        world.trace().note(name, what, saga, detail, word);
    }
}
