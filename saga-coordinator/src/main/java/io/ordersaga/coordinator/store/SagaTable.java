package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.statement.UseRowMapper;

/// Every statement of one row, and every question. Those of many rows are in [BatchTable].
@RegisterConstructorMapper(SagaRow.class)
@RegisterConstructorMapper(SagaRow.Known.class)
interface SagaTable {

    @SqlQuery("""
            SELECT id, status, digest, owner, epoch
            FROM saga
            WHERE gid = :gid
            """)
    Optional<SagaRow.Known> known(@Bind("gid") Bytes gid);

    /// Whether there is anything to claim, without a lock: what an idle coordinator asks all the time.
    @SqlQuery("""
            SELECT EXISTS (
              SELECT 1
              FROM saga
              WHERE next_due <= UTC_TIMESTAMP(6)
                AND form <= :form)
            """)
    boolean isAnyDue(@Bind("form") int form);

    @SqlQuery("""
            SELECT id, gid, mode, form, definition, digest,
                   status, progress, attempts, retries, errors, rejection_reason, rejection_status, parked_reason,
                   owner, epoch, next_due, created, updated, finished,
                   TIMESTAMPDIFF(MICROSECOND, created, UTC_TIMESTAMP(6)) AS age_micros
            FROM saga
            WHERE next_due <= UTC_TIMESTAMP(6)
              AND form <= :form
            ORDER BY next_due
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """)
    List<SagaRow> lockDue(@Bind("form") int form, @Bind("limit") int limit);

    @SqlUpdate("""
            UPDATE saga
            SET owner = :owner,
                epoch = epoch + 1,
                next_due = UTC_TIMESTAMP(6) + INTERVAL :leaseMicros MICROSECOND
            WHERE id IN (<ids>)
            """)
    int own(@BindList("ids") List<Long> ids, @Bind("owner") String owner, @Bind("leaseMicros") long leaseMicros);

    @SqlUpdate("""
            UPDATE saga
            SET next_due = UTC_TIMESTAMP(6),
                attempts = 0,
                errors = 0,
                parked_reason = NULL,
                updated = UTC_TIMESTAMP(6)
            WHERE gid = :gid
              AND finished IS NULL
              AND (owner IS NULL OR parked_reason IS NOT NULL)
            """)
    boolean release(@Bind("gid") Bytes gid);

    @SqlQuery("""
            SELECT COUNT(*)
            FROM (
              SELECT id
              FROM saga
              WHERE next_due <= UTC_TIMESTAMP(6)
              LIMIT :limit) AS due
            """)
    long countDue(@Bind("limit") int limit);

    /// Microseconds since the saga was due that has been due for longest.
    @SqlQuery("""
            SELECT TIMESTAMPDIFF(MICROSECOND, next_due, UTC_TIMESTAMP(6))
            FROM saga
            WHERE next_due <= UTC_TIMESTAMP(6)
            ORDER BY next_due
            LIMIT 1
            """)
    Optional<Long> oldestDue();

    @SqlQuery("""
            SELECT id, gid, mode, form, definition, digest,
                   status, progress, attempts, retries, errors, rejection_reason, rejection_status, parked_reason,
                   owner, epoch, next_due, created, updated, finished,
                   TIMESTAMPDIFF(MICROSECOND, created, UTC_TIMESTAMP(6)) AS age_micros
            FROM saga
            WHERE gid = :gid
            """)
    Optional<SagaRow> find(@Bind("gid") Bytes gid);

    @SqlQuery("""
            SELECT id, gid, mode, form, definition, digest,
                   status, progress, attempts, retries, errors, rejection_reason, rejection_status, parked_reason,
                   owner, epoch, next_due, created, updated, finished,
                   TIMESTAMPDIFF(MICROSECOND, created, UTC_TIMESTAMP(6)) AS age_micros
            FROM saga
            WHERE gid = :gid
            FOR UPDATE
            """)
    Optional<SagaRow> lock(@Bind("gid") Bytes gid);

    /// Whoever had the saga writes nothing more: the epoch rises.
    @SqlUpdate("""
            UPDATE saga
            SET definition = :definition,
                form = :standing.form,
                status = :standing.status,
                progress = :standing.progress,
                attempts = :standing.attempts,
                retries = :standing.retries,
                errors = :standing.errors,
                rejection_reason = :standing.rejectionReason,
                rejection_status = :standing.rejectionStatus,
                parked_reason = :standing.parkedReason,
                owner = :due.owner,
                epoch = epoch + 1,
                next_due = UTC_TIMESTAMP(6) + INTERVAL :due.delayMicros MICROSECOND,
                updated = UTC_TIMESTAMP(6),
                finished = IF(:due.finished, UTC_TIMESTAMP(6), NULL)
            WHERE id = :id
            """)
    int takeOver(
            @Bind("id") long id,
            @Bind("definition") Bytes definition,
            @BindMethods("standing") SagaRow.Standing standing,
            @BindMethods("due") SagaRow.Due due);

    /// Leaves the saga with whoever works on it, who never writes a definition.
    @SqlUpdate("""
            UPDATE saga
            SET definition = :definition,
                form = :form,
                updated = UTC_TIMESTAMP(6)
            WHERE id = :id
            """)
    int extend(@Bind("id") long id, @Bind("definition") Bytes definition, @Bind("form") int form);

    /// Of those that wait longer than that.
    @SqlUpdate("""
            UPDATE saga
            SET next_due = UTC_TIMESTAMP(6),
                updated = UTC_TIMESTAMP(6)
            WHERE next_due > UTC_TIMESTAMP(6) + INTERVAL :afterMicros MICROSECOND
              AND owner IS NULL
              AND finished IS NULL
            ORDER BY next_due
            LIMIT :limit
            """)
    int hurry(@Bind("afterMicros") long afterMicros, @Bind("limit") int limit);

    /// The conditions are those that are asked for, so that each question finds the index that answers it.
    @SqlQuery("""
            SELECT id, gid, mode, form, definition, digest,
                   status, progress, attempts, retries, errors, rejection_reason, rejection_status, parked_reason,
                   owner, epoch, next_due, created, updated, finished,
                   TIMESTAMPDIFF(MICROSECOND, created, UTC_TIMESTAMP(6)) AS age_micros
            FROM saga
            WHERE id BETWEEN :filter.fromId AND :filter.toId
              <conditions>
            ORDER BY id DESC
            LIMIT :filter.limit
            """)
    List<SagaRow> list(@Define("conditions") String conditions, @BindMethods("filter") SagaRow.Filter filter);

    /// The owner stays: whoever goes on with the saga sees that it was left in the middle of its work.
    @SqlUpdate("""
            UPDATE saga
            SET parked_reason = :reason,
                next_due = NULL,
                epoch = epoch + 1,
                updated = UTC_TIMESTAMP(6)
            WHERE id = :id
            """)
    int park(@Bind("id") long id, @Bind("reason") String reason);

    @SqlQuery("""
            SELECT a.saga_id, a.id, a.step, a.op, a.attempt, a.started, a.took_micros, a.node, a.target, a.outcome,
                   a.detail, a.trace_id, a.more
            FROM saga_attempt a
            JOIN saga s ON s.id = a.saga_id
            WHERE s.gid = :gid
            ORDER BY a.id DESC
            LIMIT :limit
            """)
    @UseRowMapper(AttemptMapper.class)
    List<AttemptRow> attempts(@Bind("gid") Bytes gid, @Bind("limit") int limit);
}
