package io.ordersaga.coordinator.admin.operation;

import io.ordersaga.coordinator.engine.Bytes;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.customizer.BindMethodsList;
import org.jdbi.v3.sqlobject.statement.GetGeneratedKeys;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Batches and what they are about. Times are UTC.
@RegisterConstructorMapper(BatchJobTable.Row.class)
@RegisterConstructorMapper(BatchJobTable.Item.class)
public interface BatchJobTable {

    record Row(
            long id,
            String operation,
            String filter,
            String reason,
            Optional<Long> deadlineMillis,
            int rate,
            String state,
            String author,
            LocalDateTime created,
            Optional<LocalDateTime> finished,
            int total,
            int succeeded,
            int denied,
            int failed,
            Optional<String> owner) {}

    record Fresh(
            String operation,
            String filter,
            String reason,
            Optional<Long> deadlineMillis,
            int rate,
            String author,
            Optional<String> requestId,
            int total) {}

    /// One transaction of a batch.
    ///
    /// @param place from 1
    record Item(int place, Bytes gid, String outcome, String detail, Optional<LocalDateTime> finished) {}

    record FreshItem(long batchId, int place, Bytes gid, String outcome, String detail) {}

    @SqlUpdate("""
            INSERT INTO batch (operation, filter, reason, deadline_millis, rate, state, author, request_id, created,
                               total, succeeded, denied, failed)
            VALUES (:batch.operation, :batch.filter, :batch.reason, :batch.deadlineMillis, :batch.rate, 'RUNNING',
                    :batch.author, :batch.requestId, UTC_TIMESTAMP(6), :batch.total, 0, 0, 0)
            """)
    @GetGeneratedKeys
    long insert(@BindMethods("batch") Fresh batch);

    @SqlUpdate("""
            INSERT INTO batch_item (batch_id, place, gid, outcome, detail)
            VALUES <items>
            """)
    int insertItems(
            @BindMethodsList(
                            value = "items",
                            methodNames = {"batchId", "place", "gid", "outcome", "detail"})
                    List<FreshItem> items);

    @SqlQuery("""
            SELECT id, operation, filter, reason, deadline_millis, rate, state, author, created, finished, total,
                   succeeded, denied, failed, IF(lease_end > UTC_TIMESTAMP(6), owner, NULL) AS owner
            FROM batch
            WHERE id = :id
            """)
    Optional<Row> find(@Bind("id") long id);

    @SqlQuery("""
            SELECT gid
            FROM saga
            WHERE id IN (<ids>)
            ORDER BY id DESC
            """)
    List<Bytes> gids(@BindList("ids") List<Long> ids);

    @SqlQuery("""
            SELECT id
            FROM batch
            WHERE author = :author
              AND request_id = :requestId
            """)
    Optional<Long> requested(@Bind("author") String author, @Bind("requestId") String requestId);

    @SqlQuery("""
            SELECT id, operation, filter, reason, deadline_millis, rate, state, author, created, finished, total,
                   succeeded, denied, failed, IF(lease_end > UTC_TIMESTAMP(6), owner, NULL) AS owner
            FROM batch
            WHERE id < :beforeId
            ORDER BY id DESC
            LIMIT :limit
            """)
    List<Row> list(@Bind("beforeId") long beforeId, @Bind("limit") int limit);

    @SqlQuery("""
            SELECT place, gid, outcome, detail, finished
            FROM batch_item
            WHERE batch_id = :id
              AND place > :afterPlace
            ORDER BY place
            LIMIT :limit
            """)
    List<Item> items(@Bind("id") long id, @Bind("afterPlace") int afterPlace, @Bind("limit") int limit);

    @SqlQuery("""
            SELECT place, gid, outcome, detail, finished
            FROM batch_item
            WHERE batch_id = :id
              AND outcome = :outcome
              AND place > :afterPlace
            ORDER BY place
            LIMIT :limit
            """)
    List<Item> itemsOf(
            @Bind("id") long id,
            @Bind("outcome") String outcome,
            @Bind("afterPlace") int afterPlace,
            @Bind("limit") int limit);

    /// Those that nobody works on.
    @SqlQuery("""
            SELECT id
            FROM batch
            WHERE state = 'RUNNING'
              AND (lease_end IS NULL OR lease_end <= UTC_TIMESTAMP(6))
            ORDER BY id
            LIMIT :limit
            """)
    List<Long> free(@Bind("limit") int limit);

    /// Takes a batch, or keeps it.
    @SqlUpdate("""
            UPDATE batch
            SET owner = :owner,
                lease_end = UTC_TIMESTAMP(6) + INTERVAL :leaseMicros MICROSECOND
            WHERE id = :id
              AND state = 'RUNNING'
              AND (owner = :owner OR lease_end IS NULL OR lease_end <= UTC_TIMESTAMP(6))
            """)
    int hold(@Bind("id") long id, @Bind("owner") String owner, @Bind("leaseMicros") long leaseMicros);

    @SqlUpdate("""
            UPDATE batch
            SET owner = NULL,
                lease_end = NULL
            WHERE id = :id
              AND owner = :owner
            """)
    int letGo(@Bind("id") long id, @Bind("owner") String owner);

    @SqlBatch("""
            UPDATE batch_item
            SET outcome = :item.outcome,
                detail = :item.detail,
                finished = UTC_TIMESTAMP(6)
            WHERE batch_id = :id
              AND place = :item.place
              AND outcome = 'PENDING'
            """)
    int[] settle(@Bind("id") long id, @BindMethods("item") List<Item> items);

    @SqlUpdate("""
            UPDATE batch
            SET succeeded = succeeded + :succeeded,
                denied = denied + :denied,
                failed = failed + :failed
            WHERE id = :id
            """)
    int count(
            @Bind("id") long id,
            @Bind("succeeded") int succeeded,
            @Bind("denied") int denied,
            @Bind("failed") int failed);

    /// Leads a batch from one state to another.
    ///
    /// @return 0 when it is not in the state `from`
    @SqlUpdate("""
            UPDATE batch
            SET state = :to,
                owner = NULL,
                lease_end = NULL,
                finished = IF(:over, UTC_TIMESTAMP(6), NULL)
            WHERE id = :id
              AND state = :from
            """)
    int change(@Bind("id") long id, @Bind("from") String from, @Bind("to") String to, @Bind("over") boolean over);
}
