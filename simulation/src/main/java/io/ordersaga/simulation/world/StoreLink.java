package io.ordersaga.simulation.world;

import static io.ordersaga.simulation.kernel.Timeline.MILLISECOND;
import static io.ordersaga.simulation.kernel.Timeline.SECOND;

import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.simulation.store.SimStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One node's way to the store: statements that take time, fail, or are carried out and look failed; and the
/// lazy writes, which wait in the node's memory and are lost with it.
///
/// It does what the store promises: the newest state of a lease wins, an awaited write takes the place of the
/// lazy ones before it, and a lazy write is tried again until the lease is over.
final class StoreLink {

    private final World world;
    private final Node node;
    private final Map<Lease, Later> later = new LinkedHashMap<>();
    private final Set<Lease> underWay = new LinkedHashSet<>();
    private final Map<Lease, Runnable> waitingFor = new LinkedHashMap<>();

    /// @param until when nobody needs to try any more
    private record Later(SimStore.Caller caller, Saga saga, int number, long until) {}

    private record Batched(Lease lease, Later what) {}

    StoreLink(World world, Node node) {
        this.world = world;
        this.node = node;
    }

    /// The node died.
    void forget() {
        later.clear();
        underWay.clear();
        waitingFor.clear();
    }

    boolean hasUnwritten() {
        return !later.isEmpty() || !underWay.isEmpty();
    }

    void save(Lease lease, Saga saga, int number, Consumer<Boolean> held, Consumer<RuntimeException> failed) {
        SimStore.Caller caller = node.caller();
        if (!world.parts().keepsWritesInOrder()) {
            ask(number, () -> world.store().save(caller, lease, saga), held, failed);
            return;
        }
        later.remove(lease);
        Runnable write = () -> ask(number, () -> world.store().save(caller, lease, saga), held, failed);
        if (underWay.contains(lease)) {
            waitingFor.put(lease, write);
        } else {
            write.run();
        }
    }

    void saveLater(Lease lease, Saga saga, int number, long delay) {
        long until = world.timeline().now() + world.leaseMicros();
        later.remove(lease);
        later.put(lease, new Later(node.caller(), saga, number, until));
        node.later(delay, this::flush);
    }

    /// In the state that was last meant to be written.
    void handOver(List<Lease> leases) {
        List<Batched> last = new ArrayList<>();
        for (Lease lease : leases) {
            Later what = later.remove(lease);
            if (what != null) {
                last.add(new Batched(lease, what));
            }
        }
        Supplier<Boolean> statement = () -> {
            last.forEach(each -> write(each));
            world.store().handOver(leases);
            return true;
        };
        ask(-1, statement, _ -> {}, _ -> {});
    }

    /// Writes what waits, now.
    void flush() {
        List<Batched> batch = new ArrayList<>();
        later.forEach((lease, what) -> {
            if (!underWay.contains(lease)) {
                batch.add(new Batched(lease, what));
            }
        });
        if (batch.isEmpty()) {
            return;
        }
        batch.forEach(each -> {
            later.remove(each.lease());
            underWay.add(each.lease());
        });
        Supplier<List<Lease>> statement = () ->
                batch.stream().filter(each -> !write(each)).map(Batched::lease).toList();
        ask(batch.getFirst().what().number(), statement, lost -> written(batch, lost), _ -> notWritten(batch));
    }

    private boolean write(Batched each) {
        return world.store()
                .save(each.what().caller(), each.lease(), each.what().saga());
    }

    private void written(List<Batched> batch, List<Lease> lost) {
        batch.forEach(each -> landed(each.lease()));
        lost.forEach(node::lost);
    }

    private void notWritten(List<Batched> batch) {
        long now = world.timeline().now();
        for (Batched each : batch) {
            if (each.what().until() <= now) {
                node.lost(each.lease());
            } else if (!waitingFor.containsKey(each.lease())) {
                later.putIfAbsent(each.lease(), each.what());
            }
            landed(each.lease());
        }
        node.later(world.rng().between(50, 300) * MILLISECOND, this::flush);
    }

    private void landed(Lease lease) {
        underWay.remove(lease);
        Runnable next = waitingFor.remove(lease);
        if (next != null) {
            next.run();
        } else if (later.containsKey(lease)) {
            node.later(MILLISECOND, this::flush);
        }
    }

    /// Sends a statement that is one transaction. It is carried out even when the node dies meanwhile; the answer
    /// then reaches nobody.
    ///
    /// @param number of the saga it is about, or -1
    <T> void ask(int number, Supplier<T> statement, Consumer<T> answer, Consumer<RuntimeException> failed) {
        Faults faults = world.faults();
        boolean failsBefore = faults.strikes(FaultKind.STORE_FAILED_BEFORE, number);
        boolean failsAfter = !failsBefore && faults.strikes(FaultKind.STORE_FAILED_AFTER, number);
        long there = world.rng().between(200, 3 * MILLISECOND);
        if (faults.strikes(FaultKind.STORE_SLOW, number)) {
            there += world.rng().between(100 * MILLISECOND, 3 * SECOND);
        }
        if (faults.strikes(FaultKind.STORE_DOWN, number)) {
            world.storeDown();
        }
        long back = world.rng().between(200, 2 * MILLISECOND);
        Consumer<Runnable> reply = node.bound();
        world.begins();
        world.timeline().after(there, () -> {
            Runnable what;
            if (failsBefore || world.isStoreDown()) {
                what = () -> failed.accept(new StoreUnavailableException("the store failed", null));
            } else {
                T result = statement.get();
                what = failsAfter
                        ? () -> failed.accept(new StoreUnavailableException("the answer is lost", null))
                        : () -> answer.accept(result);
            }
            world.timeline().after(back, () -> reply.accept(what));
            world.ends();
        });
    }
}
