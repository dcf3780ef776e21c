package io.ordersaga.saga.client;

import static io.ordersaga.saga.client.BarrierOutcome.DUPLICATE;
import static io.ordersaga.saga.client.BarrierOutcome.EXECUTED;
import static io.ordersaga.saga.client.BarrierOutcome.LATE;
import static io.ordersaga.saga.client.BarrierOutcome.NULL_COMPENSATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The barrier on a table made by DTM's script, together with a participant in Go, which is played by the
/// statements that DTM's client sends.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DtmBarrierTableTest {
    private final TestDatabase database;
    private final Shelf shelf;
    private final Barrier barrier;
    private final String table;

    DtmBarrierTableTest(TestDatabase database) {
        this.database = database;
        this.shelf = new Shelf(database);
        this.table = database.name() + ".dtm_barrier";
        this.barrier = new Barrier(database.dataSource()).onDtmTable(table);
        // dtmcli.barrier.mysql.sql but for the name of the schema.
        shelf.update("""
                create table if not exists dtm_barrier(
                  id bigint(22) PRIMARY KEY AUTO_INCREMENT,
                  trans_type varchar(45) default '',
                  gid varchar(128) default '',
                  branch_id varchar(128) default '',
                  op varchar(45) default '',
                  barrier_id varchar(45) default '',
                  reason varchar(45) default '' comment 'the branch type who insert this record',
                  create_time datetime DEFAULT now(),
                  update_time datetime DEFAULT now(),
                  key(create_time),
                  key(update_time),
                  UNIQUE key(gid, branch_id, op, barrier_id)
                ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
                """);
    }

    @Test
    void leavesTheRowsOfDtm() throws SQLException {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        BranchContext compensation = Shelf.compensation(action);

        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(EXECUTED);
        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(DUPLICATE);
        assertThat(rows(action)).containsExactly("saga, 02, 01, action, action");
        assertThat(barrier.of(compensation).call(Shelf.release(product))).isEqualTo(EXECUTED);
        assertThat(barrier.of(compensation).call(Shelf.release(product))).isEqualTo(DUPLICATE);

        assertThat(rows(action))
                .containsExactly("saga, 02, 01, action, action", "saga, 02, 01, compensate, compensate");
        assertThat(shelf.reserved(product)).isZero();
        assertThat(shelf.barrierRows(action)).isEmpty();
    }

    @Test
    void actionInGoIsKnownAndUndoneInJava() throws SQLException {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        assertThat(go(action, "action", "01", "action")).isOne();
        shelf.update("UPDATE shelf SET available = available - 1, reserved = 1 WHERE product_id = " + product);

        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(DUPLICATE);
        assertThat(barrier.of(Shelf.compensation(action)).call(Shelf.release(product)))
                .isEqualTo(EXECUTED);

        assertThat(shelf.reserved(product)).isZero();
        assertThat(go(action, "compensate", "01", "compensate")).isZero();
    }

    @Test
    void nullCompensationInGoKeepsTheActionInJavaOut() throws SQLException {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        go(action, "action", "01", "compensate");
        go(action, "compensate", "01", "compensate");

        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(LATE);
        assertThat(barrier.of(Shelf.compensation(action)).call(Shelf.release(product)))
                .isEqualTo(DUPLICATE);
        assertThat(shelf.reserved(product)).isZero();
    }

    @Test
    void nullCompensationInJavaKeepsTheActionInGoOut() throws SQLException {
        BranchContext action = Shelf.action();

        assertThat(barrier.of(Shelf.compensation(action)).call(connection -> {}))
                .isEqualTo(NULL_COMPENSATION);

        assertThat(go(action, "action", "01", "action")).isZero();
        assertThat(rows(action))
                .containsExactly("saga, 02, 01, action, compensate", "saga, 02, 01, compensate, compensate");
    }

    @Test
    void eitherAnswersForTheLocalTransactionOfTheOther() throws SQLException {
        BranchContext inGo = new BranchContext(Shelf.action().gid(), "msg", "00", "msg");
        go(inGo, "msg", "01", "msg");
        barrier.of(inGo).requireCommitted();

        BranchContext never = new BranchContext(Shelf.action().gid(), "msg", "00", "msg");
        assertThatThrownBy(() -> barrier.of(never).requireCommitted()).isInstanceOf(BranchRefusedException.class);
        assertThat(go(never, "msg", "01", "msg")).isZero();
        assertThat(rows(never)).containsExactly("msg, 00, 01, msg, rollback");

        BranchContext refusedByGo = new BranchContext(Shelf.action().gid(), "msg", "00", "msg");
        go(refusedByGo, "msg", "01", "rollback");
        assertThat(barrier.of(refusedByGo).call(connection -> {})).isEqualTo(LATE);
    }

    /// DTM skips the second one and reports it as done.
    @Test
    void idsThatTheCollationConfusesAreAnError() throws SQLException {
        long product = shelf.newProduct();
        BranchContext one = Shelf.action();
        BranchContext other = new BranchContext(one.gid().replace("gid-", "GID-"), "saga", "02", "action");
        barrier.of(one).call(Shelf.reserve(product));

        assertThatThrownBy(() -> barrier.of(other).call(Shelf.reserve(product)))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("collation");
        assertThat(shelf.reserved(product)).isOne();
    }

    @Test
    void missingTableIsAFailure() {
        Barrier elsewhere = new Barrier(database.dataSource()).onDtmTable();

        assertThatThrownBy(() -> elsewhere.of(Shelf.action()).call(connection -> {}))
                .isInstanceOf(SQLException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a.b.c", "barrier;", "`a`", "a.", "ä"})
    void nameIsChecked(String name) {
        assertThatThrownBy(() -> barrier.onDtmTable(name)).isInstanceOf(IllegalArgumentException.class);
    }

    /// What DTM's Go client sends; returns how many rows it inserted.
    private int go(BranchContext branch, String op, String barrierId, String reason) {
        return database.update(
                "insert ignore into " + table
                        + "(trans_type, gid, branch_id, op, barrier_id, reason) values(?,?,?,?,?,?)",
                branch.transType(),
                branch.gid(),
                branch.branchId(),
                op,
                barrierId,
                reason);
    }

    private List<String> rows(BranchContext branch) {
        return database.rows(
                "SELECT trans_type, branch_id, barrier_id, op, reason FROM " + table + " WHERE gid = ? ORDER BY op",
                branch.gid());
    }
}
