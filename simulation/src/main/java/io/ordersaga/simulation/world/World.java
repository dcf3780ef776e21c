package io.ordersaga.simulation.world;

import static io.ordersaga.simulation.kernel.Timeline.MILLISECOND;
import static io.ordersaga.simulation.kernel.Timeline.SECOND;

import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.ParkPolicy;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.simulation.kernel.Rng;
import io.ordersaga.simulation.kernel.Timeline;
import io.ordersaga.simulation.kernel.Trace;
import io.ordersaga.simulation.shop.BranchDatabase;
import io.ordersaga.simulation.shop.Participant;
import io.ordersaga.simulation.store.Row;
import io.ordersaga.simulation.store.SimStore;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One seed's world: plays it until everything is settled, or until something is wrong.
public final class World {

    static final int OLD_FORM = 1;
    static final int NEW_FORM = 2;

    private static final long UNTIL_SETTLED = 60 * SECOND;
    private static final long LOOK_EVERY = 100 * MILLISECOND;
    private static final long EVENTS_MAX = 300_000;

    private final long seed;
    private final Parts parts;
    private final Timeline timeline = new Timeline();
    private final Rng rng;
    private final Trace trace;
    private final Swarm swarm;
    private final Faults faults;
    private final Engine engine;
    private final Auditor auditor;
    private final SimStore store;
    private final Network network;
    private final List<SagaPlan> plans;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<BranchDatabase> databases = new ArrayList<>();
    private final List<Participant> participants = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Set<Integer> overruled = new HashSet<>();
    private long effects;
    private int served;
    private int underWay;
    private long storeDownUntil;

    /// @param lines gets the trace as text; null: none
    public World(long seed, Parts parts, @Nullable PrintStream lines) {
        this.seed = seed;
        this.parts = parts;
        this.rng = new Rng(seed);
        this.trace = new Trace(timeline, lines);
        this.swarm = Swarm.of(rng.split());
        this.plans = new SagaPlans(rng.split()).make(swarm.sagas());
        plans.forEach(plan -> numbers.put(plan.gid(), plan.number()));
        this.faults = new Faults(
                rng.split(),
                swarm.rates(),
                trace,
                this::status,
                saga -> plans.get(saga).shape());
        Backoff backoff = new Backoff(swarm.backoffBase(), swarm.backoffCap(), seed);
        this.engine = new Engine(backoff, new ParkPolicy(swarm.errorsMax(), 0), swarm.strict());
        this.auditor = new Auditor(this);
        this.store = parts.store(timeline::now, swarm.lease(), auditor);
        this.network = new Network(this);
        for (int index = 0; index < Swarm.participants(); index++) {
            BranchDatabase database =
                    new BranchDatabase(swarm.stock(), timeline::now, () -> effects++, new DatabaseMishaps(this));
            databases.add(database);
            participants.add(new Participant(parts.guard(database.dataSource())));
        }
        for (int number = 0; number < swarm.nodes(); number++) {
            nodes.add(new Node(this, number));
        }
        plans.forEach(plan -> clients.add(new Client(this, plan)));
    }

    public Outcome run() {
        Optional<InvariantBroken> broken = Optional.empty();
        try {
            play();
        } catch (InvariantBroken found) {
            broken = Optional.of(found);
        }
        return new Outcome(seed, trace.hash(), timeline.now(), timeline.count(), faults.coverage(), broken);
    }

    private void play() {
        behave();
        nodes.forEach(Node::start);
        clients.forEach(Client::begin);
        new Operator(this).begin();
        playUntil(swarm.heal());
        heal();
        long end = timeline.now() + UNTIL_SETTLED;
        while (timeline.now() < end && !isOver()) {
            playUntil(Math.min(end, timeline.now() + LOOK_EVERY));
        }
        auditor.finish();
    }

    private void behave() {
        for (SagaPlan plan : plans) {
            for (int step = 0; step < plan.manners().size(); step++) {
                String action = plan.definition().steps().get(step).action();
                if (!action.isEmpty()) {
                    participant(action).behave(plan.gid(), step, plan.manners().get(step));
                }
            }
        }
    }

    private void playUntil(long limit) {
        while (timeline.step(limit)) {
            if (timeline.count() > EVENTS_MAX) {
                throw new InvariantBroken("I2", "it goes on and on: " + EVENTS_MAX + " events");
            }
        }
    }

    private void heal() {
        trace.note("world", "heals", -1, 0, "");
        faults.heal();
        storeDownUntil = 0;
        nodes.forEach(Node::heal);
        for (SagaPlan plan : plans) {
            for (int step = 0; plan.repaired() && step < plan.manners().size(); step++) {
                String action = plan.definition().steps().get(step).action();
                if (!action.isEmpty()) {
                    participant(action).repair(plan.gid(), step);
                }
            }
        }
        new Operator(this).tidyUp();
    }

    private boolean isOver() {
        return underWay == 0
                && auditor.isSettled()
                && clients.stream().allMatch(Client::isContent)
                && nodes.stream().allMatch(Node::isIdle);
    }

    private SagaStatus status(int saga) {
        return store.find(plans.get(saga).definition().gid()).map(Row::status).orElse(SagaStatus.SUBMITTED);
    }

    /// What a call does at its participant; a step's two sides are at the same one.
    BranchOutcome handle(int saga, BranchCall call) {
        served = saga;
        return participant(call.url()).handle(call);
    }

    private Participant participant(String url) {
        return participants.get(url.charAt(1) - '0');
    }

    void storeDown() {
        storeDownUntil = timeline.now() + rng.between(100 * MILLISECOND, 6 * SECOND);
        for (SagaPlan plan : plans) {
            faults.meets(FaultKind.STORE_DOWN, plan.number());
        }
    }

    boolean isStoreDown() {
        return timeline.now() < storeDownUntil;
    }

    /// An operator rolled a saga back. Whoever worked on it may have told a client of its success, and not have written
    /// it: they were about to, or died.
    void overrule(int saga) {
        overruled.add(saga);
    }

    boolean isOverruled(int saga) {
        return overruled.contains(saga);
    }

    /// Something is under way that changes the world when it arrives.
    void begins() {
        underWay++;
    }

    void ends() {
        underWay--;
    }

    Node anyNode() {
        return nodes.get(rng.below(nodes.size()));
    }

    int numberOf(Lease lease) {
        return numberOf(store.rows().get((int) lease.sagaId() - 1));
    }

    int numberOf(Row row) {
        return numberOf(row.gid().value());
    }

    int numberOf(String gid) {
        Integer number = numbers.get(gid);
        return number == null ? -1 : number;
    }

    SagaPlan planOf(Row row) {
        return plans.get(numberOf(row));
    }

    long leaseMicros() {
        return swarm.lease().toMillis() * MILLISECOND;
    }

    /// The saga on whose behalf a participant works.
    int served() {
        return served;
    }

    Parts parts() {
        return parts;
    }

    Timeline timeline() {
        return timeline;
    }

    Rng rng() {
        return rng;
    }

    Trace trace() {
        return trace;
    }

    Swarm swarm() {
        return swarm;
    }

    Faults faults() {
        return faults;
    }

    Engine engine() {
        return engine;
    }

    Auditor auditor() {
        return auditor;
    }

    SimStore store() {
        return store;
    }

    Network network() {
        return network;
    }

    List<SagaPlan> plans() {
        return plans;
    }

    List<BranchDatabase> databases() {
        return databases;
    }
}
