package io.ordersaga.saga.client;

import static io.ordersaga.saga.client.BarrierOutcome.DUPLICATE;
import static io.ordersaga.saga.client.BarrierOutcome.EXECUTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ids that a text column, a collation or a truncating insert takes for the same: each must be a branch of its own, or
/// be
/// refused before any SQL. DTM's own table skips the second of each pair and reports success.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BarrierKeysTest {
    /// The longest gid that the barrier takes.
    private static final String LONGEST = "g".repeat(127) + "1";

    private final Shelf shelf;
    private final Barrier barrier;

    BarrierKeysTest(TestDatabase database) {
        this.shelf = new Shelf(database);
        this.barrier = new Barrier(database.dataSource());
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {"Order-A1,order-a1", "x,x ", "z,z  ", "y, y", "0,00", "1,1.0", "a_b,a%b", "c,c\\", "d,d'"})
    void similarGidsAreDifferentTransactions(String one, String other) throws SQLException {
        assertBothRun(branch(one, "01"), branch(other, "01"));
    }

    @Test
    void gidsThatDifferInTheirLastByteAreDifferentTransactions() throws SQLException {
        assertBothRun(branch(LONGEST, "01"), branch("g".repeat(127) + "2", "01"));
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {"b1,B1", "c1,c1 "})
    void similarBranchIdsAreDifferentBranches(String one, String other) throws SQLException {
        String gid = Shelf.action().gid();
        assertBothRun(branch(gid, one), branch(gid, other));
    }

    @Test
    void similarOperationsAreDifferentOperations() throws SQLException {
        BranchContext action = Shelf.action();
        assertBothRun(Shelf.withOp(action, "work"), Shelf.withOp(action, "Work"));
    }

    @ParameterizedTest
    @ValueSource(ints = {129, 1000})
    void gidIsRefusedWhenItDoesNotFit(int length) {
        assertRefused("gid", () -> branch("g".repeat(length), "01"));
    }

    @Test
    void everyFieldIsCheckedBeforeAnySql() {
        assertRefused("gid", () -> branch("", "01"));
        assertRefused("gid", () -> branch("größe", "01"));
        assertRefused("gid", () -> branch("line\nbreak", "01"));
        assertRefused("branch_id", () -> branch("g", ""));
        assertRefused("branch_id", () -> branch("g", "b".repeat(129)));
        assertRefused("trans_type", () -> new BranchContext("g", "t".repeat(46), "01", "action"));
        assertRefused("op", () -> new BranchContext("g", "saga", "01", "o".repeat(46)));
        assertRefused("op", () -> new BranchContext("g", "saga", "01", ""));
    }

    @Test
    void fieldsOfTheGreatestLengthFit() throws SQLException {
        BranchContext branch = new BranchContext(LONGEST, "t".repeat(45), "b".repeat(128), "o".repeat(45));

        assertThat(barrier.of(branch).call(connection -> {})).isEqualTo(EXECUTED);
        assertThat(barrier.of(branch).call(connection -> {})).isEqualTo(DUPLICATE);
    }

    private void assertBothRun(BranchContext one, BranchContext other) throws SQLException {
        long product = shelf.newProduct();
        assertThat(barrier.of(one).call(Shelf.reserve(product))).isEqualTo(EXECUTED);
        assertThat(barrier.of(other).call(Shelf.reserve(product))).isEqualTo(EXECUTED);
        assertThat(barrier.of(one).call(Shelf.reserve(product))).isEqualTo(DUPLICATE);
        assertThat(barrier.of(other).call(Shelf.reserve(product))).isEqualTo(DUPLICATE);
        assertThat(shelf.reserved(product)).isEqualTo(2);
    }

    private static void assertRefused(String field, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidBranchException.class, e -> assertThat(e.field()).isEqualTo(field))
                .hasMessageStartingWith(field + " ");
    }

    private static BranchContext branch(String gid, String branchId) {
        return new BranchContext(gid, "saga", branchId, "action");
    }
}
