package io.ordersaga.coordinator.store;

import static io.ordersaga.coordinator.store.Writes.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What happens to a batch that fails.
class BatchWriterTest {

    private final SQLException deadlock = new SQLException("deadlock", "40001", 1213);
    private final SQLException cut = new SQLException("connection reset", "08S01", 0);
    private final SQLException tooLong = new SQLException("data too long", "22001", 1406);
    private final SQLException readOnly = new SQLException("read only", "HY000", 1290);

    private final ScriptedTransactions database = new ScriptedTransactions();
    private final List<Integer> pauses = new ArrayList<>();
    private final BatchWriter writer =
            new BatchWriter(database, new StoreMetrics(new SimpleMeterRegistry()), pauses::add);

    @Test
    void whatMetALockIsTriedAgainAsAWhole() {
        database.fail(deadlock, deadlock);
        Batch.Result result = writer.write(batchOf(3));
        assertThat(result.verdicts()).hasSize(3).containsValue(new Verdict.Stored());
        assertThat(database.sizes()).containsExactly(3, 3, 3);
        assertThat(pauses).containsExactly(1, 2);
    }

    @Test
    void aLostConnectionIsTriedAgainSinceTheSameBatchTwiceIsTheBatch() {
        database.fail(cut);
        assertThat(writer.write(batchOf(2)).verdicts().values()).containsOnly(new Verdict.Stored());
        assertThat(database.sizes()).containsExactly(2, 2);
    }

    @Test
    void aConnectionThatIsLostEachTimeLeavesAllUnknown() {
        database.fail(cut, cut, cut);
        assertThat(writer.write(batchOf(2)).verdicts().values()).containsOnly(new Verdict.Unknown(cut));
        assertThat(database.sizes()).containsExactly(2, 2, 2);
    }

    @Test
    void anAbsentDatabaseIsAskedOnce() {
        SQLException noConnection = new SQLTransientConnectionException("pool timeout");
        for (SQLException failure : List.of(noConnection, readOnly)) {
            database.forget();
            database.fail(failure);
            Batch.Result result = writer.write(new Batch(batchOf(2).writes(), List.of(attempt(1))));
            assertThat(result.verdicts().values()).containsOnly(new Verdict.Unknown(failure));
            assertThat(result.unwritten()).containsExactly(attempt(1));
            assertThat(database.sizes()).containsExactly(3);
        }
    }

    @Test
    void eachRowThatIsRefusedIsRefusedAlone() {
        database.refuse(write -> write.sagaId() == 3 || write.sagaId() == 14, tooLong);
        Batch.Result result = writer.write(batchOf(16));
        LongStream.rangeClosed(1, 16)
                .forEach(id -> assertThat(result.verdicts().get(id))
                        .isEqualTo(id == 3 || id == 14 ? new Verdict.Refused(tooLong) : new Verdict.Stored()));
        assertThat(database.sizes()).hasSizeLessThan(16);
    }

    @Test
    void aRowThatSomebodyKeepsLockedFailsAlone() {
        database.refuse(write -> write.sagaId() == 2, deadlock);
        Batch.Result result = writer.write(batchOf(4));
        assertThat(result.verdicts())
                .containsEntry(1L, new Verdict.Stored())
                .containsEntry(2L, new Verdict.Unknown(deadlock))
                .containsEntry(3L, new Verdict.Stored())
                .containsEntry(4L, new Verdict.Stored());
    }

    @Test
    void theJournalNeverHoldsUpAWrite() {
        database.refuseAttempts(row -> row.id() == 2, tooLong);
        Batch.Result result = writer.write(new Batch(batchOf(2).writes(), List.of(attempt(1), attempt(2), attempt(3))));
        assertThat(result.verdicts().values()).containsOnly(new Verdict.Stored());
        assertThat(result.refused()).isEqualTo(1);
        assertThat(result.unwritten()).isEmpty();
        assertThat(database.attempts()).containsExactly(attempt(1), attempt(3));
    }

    private static Batch batchOf(int writes) {
        return new Batch(
                IntStream.rangeClosed(1, writes).<Write>mapToObj(Writes::fresh).toList(), List.of());
    }
}
