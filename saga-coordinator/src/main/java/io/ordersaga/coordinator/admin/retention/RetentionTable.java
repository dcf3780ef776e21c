package io.ordersaga.coordinator.admin.retention;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Policies, the duty to purge, and the purge itself.
@RegisterConstructorMapper(RetentionTable.Policy.class)
@RegisterConstructorMapper(RetentionTable.Duty.class)
@RegisterConstructorMapper(RetentionTable.Size.class)
@RegisterConstructorMapper(RetentionTable.Rate.class)
interface RetentionTable {

    /// Public because JDBI maps public records only.
    ///
    /// @param keepSeconds empty is for ever
    public record Policy(String status, Optional<Long> keepSeconds, Optional<Long> updatedMicros, long purged) {}

    /// Who purges. Public because JDBI maps public records only.
    ///
    /// @param held whether it is still this owner's
    public record Duty(String owner, boolean held, long doneMicros) {}

    /// A table's size. Public because JDBI maps public records only.
    public record Size(String name, long tableRows, long dataBytes, long indexBytes) {}

    /// Public because JDBI maps public records only.
    public record Rate(long submitted, long minutes) {}

    @SqlQuery("""
            SELECT status, keep_seconds, purged,
                   TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', updated) AS updated_micros
            FROM retention
            ORDER BY status DESC
            """)
    List<Policy> policies();

    @SqlUpdate("""
            UPDATE retention
            SET keep_seconds = :keepSeconds,
                updated = UTC_TIMESTAMP(6)
            WHERE status = :status
            """)
    int update(@Bind("status") String status, @Bind("keepSeconds") Optional<Long> keepSeconds);

    @SqlUpdate("""
            UPDATE retention
            SET purged = purged + :purged
            WHERE status = :status
            """)
    int count(@Bind("status") String status, @Bind("purged") int purged);

    @SqlQuery("""
            SELECT owner, until > UTC_TIMESTAMP(6) AS held,
                   TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', done) AS done_micros
            FROM duty
            WHERE name = :name
            """)
    Optional<Duty> duty(@Bind("name") String name);

    /// Makes the duty known, held by nobody.
    @SqlUpdate("""
            INSERT INTO duty (name, owner, until, done)
            VALUES (:name, '', TIMESTAMP'1970-01-01 00:00:00', TIMESTAMP'1970-01-01 00:00:00')
            ON DUPLICATE KEY UPDATE name = duty.name
            """)
    int makeDuty(@Bind("name") String name);

    /// Takes or keeps the duty; false when somebody else has it.
    @SqlUpdate("""
            UPDATE duty
            SET owner = :owner,
                done = UTC_TIMESTAMP(6),
                until = UTC_TIMESTAMP(6) + INTERVAL :micros MICROSECOND
            WHERE name = :name
              AND (owner = :owner OR until <= UTC_TIMESTAMP(6))
            """)
    boolean takeDuty(@Bind("name") String name, @Bind("owner") String owner, @Bind("micros") long micros);

    @SqlUpdate("""
            UPDATE duty
            SET until = UTC_TIMESTAMP(6)
            WHERE name = :name
              AND owner = :owner
            """)
    int leaveDuty(@Bind("name") String name, @Bind("owner") String owner);

    /// The oldest that ended long enough ago, locked; what somebody else has locked is left out. Along the index of the
    /// status: nothing that was submitted later than `toId` can have ended long enough ago.
    @SqlQuery("""
            SELECT id
            FROM saga FORCE INDEX (saga_status)
            WHERE status = :status
              AND id BETWEEN :fromId AND :toId
              AND finished < UTC_TIMESTAMP(6) - INTERVAL :keepSeconds SECOND
            ORDER BY id
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """)
    List<Long> lockOld(
            @Bind("status") String status,
            @Bind("fromId") long fromId,
            @Bind("toId") long toId,
            @Bind("keepSeconds") long keepSeconds,
            @Bind("limit") int limit);

    @SqlUpdate("""
            DELETE FROM saga_attempt
            WHERE saga_id IN (<ids>)
            """)
    int deleteAttempts(@BindList("ids") List<Long> ids);

    @SqlUpdate("""
            DELETE FROM saga_label
            WHERE saga_id IN (<ids>)
            """)
    int deleteLabels(@BindList("ids") List<Long> ids);

    @SqlUpdate("""
            DELETE FROM saga_trouble
            WHERE saga_id IN (<ids>)
            """)
    int deleteTrouble(@BindList("ids") List<Long> ids);

    @SqlUpdate("""
            DELETE FROM saga_note
            WHERE saga_id IN (<ids>)
            """)
    int deleteNotes(@BindList("ids") List<Long> ids);

    @SqlUpdate("""
            DELETE FROM saga
            WHERE id IN (<ids>)
              AND finished IS NOT NULL
            """)
    int deleteSagas(@BindList("ids") List<Long> ids);

    /// The oldest batch of those that ended so long ago.
    @SqlQuery("""
            SELECT id
            FROM batch
            WHERE finished < UTC_TIMESTAMP(6) - INTERVAL :keepSeconds SECOND
            ORDER BY id
            LIMIT 1
            """)
    Optional<Long> oldBatch(@Bind("keepSeconds") long keepSeconds);

    @SqlUpdate("""
            DELETE FROM batch_item
            WHERE batch_id = :id
            ORDER BY place
            LIMIT :limit
            """)
    int deleteBatchItems(@Bind("id") long id, @Bind("limit") int limit);

    @SqlUpdate("""
            DELETE FROM batch
            WHERE id = :id
            """)
    int deleteBatch(@Bind("id") long id);

    /// Of this schema, the largest first.
    @SqlQuery("""
            SELECT TABLE_NAME AS name, COALESCE(TABLE_ROWS, 0) AS table_rows, COALESCE(DATA_LENGTH, 0) AS data_bytes,
                   COALESCE(INDEX_LENGTH, 0) AS index_bytes
            FROM information_schema.TABLES
            WHERE TABLE_SCHEMA = DATABASE()
              AND TABLE_TYPE = 'BASE TABLE'
            ORDER BY COALESCE(DATA_LENGTH, 0) + COALESCE(INDEX_LENGTH, 0) DESC, TABLE_NAME
            LIMIT 200
            """)
    List<Size> sizes();

    /// Of the last hours: how many were submitted, and over how many minutes that was.
    @SqlQuery("""
            SELECT COALESCE(SUM(submitted), 0) AS submitted,
                   COALESCE(TIMESTAMPDIFF(MINUTE, MIN(minute), UTC_TIMESTAMP()), 0) + 1 AS minutes
            FROM saga_minute
            WHERE minute > UTC_TIMESTAMP() - INTERVAL :hours HOUR
            """)
    Rate rate(@Bind("hours") int hours);
}
