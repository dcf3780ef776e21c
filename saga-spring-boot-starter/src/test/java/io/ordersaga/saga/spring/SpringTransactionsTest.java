package io.ordersaga.saga.spring;

import static io.ordersaga.saga.client.BarrierOutcome.DUPLICATE;
import static io.ordersaga.saga.client.BarrierOutcome.EXECUTED;
import static io.ordersaga.saga.client.BarrierOutcome.LATE;
import static io.ordersaga.saga.client.BarrierOutcome.NULL_COMPENSATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionTemplate;

/// The barrier around work that gets its connection from Spring. The work has no guard of its own.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpringTransactionsTest {
    private final TestDatabase database;
    private final DataSourceTransactionManager manager;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Barrier barrier;
    private BranchContext action;
    private BranchContext compensation;

    SpringTransactionsTest(TestDatabase database) {
        this.database = database.migrate("classpath:db/barrier");
        database.update("CREATE TABLE effect (gid VARCHAR(100) NOT NULL, amount INT NOT NULL)");
        this.manager = new DataSourceTransactionManager(database.dataSource());
        this.jdbc = new JdbcTemplate(database.dataSource());
        this.transaction = new TransactionTemplate(manager);
        this.barrier = new Barrier(new SpringTransactions(manager, database.dataSource()));
    }

    @BeforeEach
    void newBranch() {
        action = new BranchContext("g-" + UUID.randomUUID(), "saga", "01", "action");
        compensation = new BranchContext(action.gid(), "saga", "01", "compensate");
    }

    @Test
    void workAndBarrierAreOneTransaction() throws SQLException {
        assertThat(barrier.of(action).call(_ -> add(1))).isEqualTo(EXECUTED);
        assertThat(barrier.of(action).call(_ -> add(1))).isEqualTo(DUPLICATE);
        assertThat(barrier.of(compensation).call(_ -> add(-1))).isEqualTo(EXECUTED);

        assertThat(effects()).isEqualTo("2, 0");
    }

    @Test
    void refusalRollsBack() throws SQLException {
        BranchRefusedException refusal = new BranchRefusedException("d", "NO", "no", Map.of());

        assertThatThrownBy(() -> barrier.of(action).call(_ -> {
                    add(1);
                    throw refusal;
                }))
                .isSameAs(refusal);

        assertThat(effects()).isEqualTo("0, null");
        assertThat(barrier.of(compensation).call(_ -> add(-1))).isEqualTo(NULL_COMPENSATION);
        assertThat(barrier.of(action).call(_ -> add(1))).isEqualTo(LATE);
    }

    @Test
    void runningTransactionIsJoined() throws SQLException {
        transaction.executeWithoutResult(outer -> {
            jdbc.update("INSERT INTO effect VALUES (?, 5)", action.gid());
            assertThat(called(action)).isEqualTo("EXECUTED");
            outer.setRollbackOnly();
        });
        assertThat(effects()).isEqualTo("0, null");

        transaction.executeWithoutResult(outer -> assertThat(called(action)).isEqualTo("EXECUTED"));
        assertThat(effects()).isEqualTo("1, 1");
        assertThat(called(action)).isEqualTo("DUPLICATE");
    }

    /// A failure inside leaves the joined transaction with nothing but a roll-back.
    @Test
    void joinedTransactionCannotCommitHalf() {
        assertThatThrownBy(() -> transaction.executeWithoutResult(outer -> {
                    add(7);
                    assertThatThrownBy(() -> barrier.of(action).call(_ -> {
                                throw new IllegalStateException("mine");
                            }))
                            .hasMessage("mine");
                }))
                .isInstanceOf(UnexpectedRollbackException.class);

        assertThat(effects()).isEqualTo("0, null");
    }

    @Test
    void errorThatWorkSwallowsRollsBack() throws SQLException {
        assertThatThrownBy(() -> barrier.of(action).call(_ -> {
                    add(1);
                    assertThatThrownBy(() -> jdbc.update("no SQL")).isInstanceOf(DataAccessException.class);
                }))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("a statement had failed");

        assertThat(effects()).isEqualTo("0, null");
        assertThat(barrier.of(action).call(_ -> add(1))).isEqualTo(EXECUTED);
    }

    /// Transactional methods that work calls join; what they roll back cannot be committed around them.
    @Test
    void innerTransactionsJoin() {
        assertThatThrownBy(() -> barrier.of(action)
                        .call(_ -> transaction.executeWithoutResult(inner -> {
                            add(1);
                            inner.setRollbackOnly();
                        })))
                .isInstanceOf(SQLException.class);
        assertThat(effects()).isEqualTo("0, null");
    }

    @Test
    void innerTransactionOfItsOwnCommitsAlone() {
        TransactionTemplate alone = new TransactionTemplate(manager);
        alone.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

        assertThatThrownBy(() -> barrier.of(action).call(_ -> {
                    alone.executeWithoutResult(inner -> add(3));
                    add(1);
                    throw new IllegalStateException("mine");
                }))
                .hasMessage("mine");

        assertThat(effects()).isEqualTo("1, 3");
    }

    @Test
    void messageNeedsATransactionOfItsOwn() {
        transaction.executeWithoutResult(
                outer -> assertThat(new SpringTransactions(manager, database.dataSource()).wouldJoin())
                        .isTrue());
        assertThat(new SpringTransactions(manager, database.dataSource()).wouldJoin())
                .isFalse();
    }

    @Test
    void managerOfAnotherDatabaseIsAMistake() {
        Barrier mixed = new Barrier(new SpringTransactions(
                new DataSourceTransactionManager(
                        new DriverManagerDataSource(database.jdbcUrl(), database.username(), database.password())),
                database.dataSource()));

        assertThatThrownBy(() -> mixed.of(action).call(_ -> add(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("DataSource");
    }

    private String called(BranchContext branch) {
        try {
            return barrier.of(branch).call(_ -> add(1)).name();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void add(int amount) {
        jdbc.update("INSERT INTO effect VALUES (?, ?)", action.gid(), amount);
    }

    /// How many, and their sum.
    private String effects() {
        return database.rows("SELECT COUNT(*), SUM(amount) FROM effect WHERE gid = ?", action.gid())
                .getFirst();
    }
}
