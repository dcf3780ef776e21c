package io.ordersaga.simulation.shop;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.saga.client.BranchContext;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/// A service with branches: what a call does to its database, and what it answers. Its answer is lost or late
/// elsewhere.
public final class Participant {

    private static final BranchOutcome SUCCEEDED = new BranchOutcome.Succeeded();
    private static final BranchOutcome ONGOING = new BranchOutcome.Ongoing();
    private static final BranchOutcome REFUSED = new BranchOutcome.Refused(new Rejection("refused", Bytes.EMPTY));
    private static final BranchOutcome OUT_OF_STOCK =
            new BranchOutcome.Refused(new Rejection("out of stock", Bytes.EMPTY));
    private static final BranchOutcome POISONED = new BranchOutcome.Unknown("cannot be read", Trouble.ERROR);

    private final Guard guard;
    private final Map<Branch, Manner> manners = new HashMap<>();
    private final Map<Side, Integer> ongoing = new HashMap<>();

    private record Branch(String gid, int step) {}

    private record Side(Branch branch, Op op) {}

    public Participant(Guard guard) {
        this.guard = guard;
    }

    public void behave(String gid, int step, Manner manner) {
        manners.put(new Branch(gid, step), manner);
    }

    /// Makes a poisoned branch work again.
    public void repair(String gid, int step) {
        manners.computeIfPresent(new Branch(gid, step), (_, manner) -> manner.repaired());
    }

    /// Carries a call out.
    public BranchOutcome handle(BranchCall call) {
        Branch branch = new Branch(call.gid().value(), call.step());
        Manner manner = manners.getOrDefault(branch, Manner.PLAIN);
        String op = call.op().wireName();
        if (manner.poisons(op)) {
            return POISONED;
        }
        if (manner.refuses() && call.op() == Op.ACTION) {
            return REFUSED;
        }
        if (ongoing.merge(new Side(branch, call.op()), 1, Integer::sum) <= manner.ongoing()) {
            return ONGOING;
        }
        return work(call, new BranchContext(call.gid().value(), "saga", call.branchId(), op));
    }

    private BranchOutcome work(BranchCall call, BranchContext context) {
        long amount = call.payload().toArray()[0];
        try {
            var _ = guard.call(context, connection -> {
                switch (call.op()) {
                    case ACTION -> ShelfTable.take(connection, context, amount);
                    case COMPENSATION -> ShelfTable.giveBack(connection, context, amount);
                }
            });
            return SUCCEEDED;
        } catch (ShelfTable.OutOfStock _) {
            return OUT_OF_STOCK;
        } catch (SQLException failure) {
            return new BranchOutcome.Unknown("database: " + failure.getErrorCode(), Trouble.ERROR);
        }
    }
}
