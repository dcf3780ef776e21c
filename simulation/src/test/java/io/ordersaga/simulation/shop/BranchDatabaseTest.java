package io.ordersaga.simulation.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.saga.client.BarrierOutcome;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.simulation.shop.Mishaps.Mishap;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The database in memory fails as MySQL and MariaDB do, with the production barrier on top of it.
class BranchDatabaseTest {

    private static final BranchContext ACTION = new BranchContext("order-1", "saga", "01", "action");
    private static final BranchContext COMPENSATION = new BranchContext("order-1", "saga", "01", "compensate");
    private static final long LOCKED = 1_000;

    private final AtomicLong now = new AtomicLong();
    private final Deque<Mishap> onBarrier = new ArrayDeque<>();
    private final Deque<Mishap> onBusiness = new ArrayDeque<>();
    private final Deque<Mishap> onCommit = new ArrayDeque<>();
    private final BranchDatabase database = new BranchDatabase(10, now::get, now::incrementAndGet, new Scripted());
    private final Guard guard = Guard.barrier(database.dataSource());

    /// What was put into the queues, then nothing.
    private final class Scripted implements Mishaps {
        @Override
        public Mishap onBarrier() {
            return next(onBarrier);
        }

        @Override
        public Mishap onBusiness() {
            return next(onBusiness);
        }

        @Override
        public Mishap onCommit() {
            return next(onCommit);
        }

        @Override
        public long lockLeftBehind() {
            return LOCKED;
        }

        private static Mishap next(Deque<Mishap> script) {
            return script.isEmpty() ? Mishap.NONE : script.remove();
        }
    }

    private BarrierOutcome take() throws SQLException {
        return guard.call(ACTION, connection -> ShelfTable.take(connection, ACTION, 3));
    }

    private BarrierOutcome giveBack() throws SQLException {
        return guard.call(COMPENSATION, connection -> ShelfTable.giveBack(connection, COMPENSATION, 3));
    }

    private void shelfHas(long available, long taken) {
        assertThat(database.available()).isEqualTo(available);
        assertThat(database.taken()).isEqualTo(taken);
    }

    @Test
    void takesAndGivesBackOnce() throws SQLException {
        assertThat(take()).isEqualTo(BarrierOutcome.EXECUTED);
        assertThat(take()).isEqualTo(BarrierOutcome.DUPLICATE);
        shelfHas(7, 3);

        assertThat(giveBack()).isEqualTo(BarrierOutcome.EXECUTED);
        assertThat(giveBack()).isEqualTo(BarrierOutcome.DUPLICATE);
        shelfHas(10, 0);
        assertThat(database.effects()).extracting(Effect::amount).containsExactly(3L, -3L);
    }

    @Test
    void aCompensationThatComesFirstKeepsTheActionOut() throws SQLException {
        assertThat(giveBack()).isEqualTo(BarrierOutcome.NULL_COMPENSATION);
        assertThat(take()).isEqualTo(BarrierOutcome.LATE);
        shelfHas(10, 0);
    }

    @Test
    void whatFailsLeavesNothingAndCanBeRepeated() throws SQLException {
        for (Mishap mishap : List.of(Mishap.LOCK_WAIT, Mishap.DEADLOCK, Mishap.CONNECTION_DIED)) {
            onBusiness.add(mishap);
            assertThatThrownBy(this::take).isInstanceOf(SQLException.class);
            shelfHas(10, 0);
            onCommit.add(Mishap.CONNECTION_DIED);
            assertThatThrownBy(this::take).isInstanceOf(SQLException.class);
            shelfHas(10, 0);
        }

        assertThat(take()).isEqualTo(BarrierOutcome.EXECUTED);
    }

    @Test
    void aLostAckIsACommit() throws SQLException {
        onCommit.add(Mishap.ACK_LOST);

        assertThatThrownBy(this::take).isInstanceOf(SQLException.class);

        shelfHas(7, 3);
        assertThat(take()).isEqualTo(BarrierOutcome.DUPLICATE);
    }

    @Test
    void locksThatStayBehindAreWaitedForInVain() throws SQLException {
        onBusiness.add(Mishap.NONE);
        onBusiness.add(Mishap.CONNECTION_LEFT);
        assertThatThrownBy(this::take).isInstanceOf(SQLException.class);

        assertThatThrownBy(this::take)
                .isInstanceOfSatisfying(
                        SQLException.class,
                        failure -> assertThat(failure.getErrorCode()).isEqualTo(1205));

        now.addAndGet(LOCKED);
        assertThat(take()).isEqualTo(BarrierOutcome.EXECUTED);
    }

    @Test
    void aLockWaitUndoesOneStatementAndADeadlockAll() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            ShelfTable.take(connection, ACTION, 1);
            onBusiness.add(Mishap.LOCK_WAIT);
            assertThatThrownBy(() -> ShelfTable.take(connection, ACTION, 2)).isInstanceOf(SQLException.class);
            connection.commit();
            shelfHas(9, 1);

            ShelfTable.take(connection, ACTION, 4);
            onBusiness.add(Mishap.DEADLOCK);
            assertThatThrownBy(() -> ShelfTable.take(connection, ACTION, 2)).isInstanceOf(SQLException.class);
            connection.commit();
            shelfHas(9, 1);
        }
    }

    @Test
    void knowsNoOtherStatement() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            assertThatThrownBy(() ->
                            connection.prepareStatement("DELETE FROM barrier").executeUpdate())
                    .hasMessageContaining("not simulated");
            assertThatThrownBy(connection::createStatement).hasMessageContaining("not simulated");
        }
    }
}
