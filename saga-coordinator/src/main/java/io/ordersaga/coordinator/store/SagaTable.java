package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Lease;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement on the table `saga`.
@RegisterConstructorMapper(SagaRow.class)
@RegisterConstructorMapper(SagaRow.Known.class)
interface SagaTable {

    @SqlUpdate("""
            INSERT INTO saga (
              id, gid, mode, definition, digest,
              status, progress, attempts, retries, rejection_reason, rejection_status,
              owner, epoch, next_due, created, updated, finished)
            VALUES (
              :id, :content.gid, :content.mode, :content.definition, :content.digest,
              :standing.status, :standing.progress, :standing.attempts, :standing.retries,
              :standing.rejectionReason, :standing.rejectionStatus,
              :due.owner, 1, UTC_TIMESTAMP(6) + INTERVAL :due.delayMicros MICROSECOND,
              UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), IF(:due.finished, UTC_TIMESTAMP(6), NULL))
            """)
    void insert(
            @Bind("id") long id,
            @BindMethods("content") SagaRow.Content content,
            @BindMethods("standing") SagaRow.Standing standing,
            @BindMethods("due") SagaRow.Due due);

    @SqlQuery("""
            SELECT status, digest
            FROM saga
            WHERE gid = :gid
            """)
    Optional<SagaRow.Known> known(@Bind("gid") Bytes gid);

    @SqlUpdate("""
            UPDATE saga
            SET status = :standing.status,
                progress = :standing.progress,
                attempts = :standing.attempts,
                retries = :standing.retries,
                rejection_reason = :standing.rejectionReason,
                rejection_status = :standing.rejectionStatus,
                owner = :due.owner,
                next_due = UTC_TIMESTAMP(6) + INTERVAL :due.delayMicros MICROSECOND,
                updated = UTC_TIMESTAMP(6),
                finished = IF(:due.finished, UTC_TIMESTAMP(6), NULL)
            WHERE id = :lease.sagaId
              AND epoch = :lease.epoch
            """)
    boolean save(
            @BindMethods("lease") Lease lease,
            @BindMethods("standing") SagaRow.Standing standing,
            @BindMethods("due") SagaRow.Due due);

    @SqlQuery("""
            SELECT id, gid, mode, definition, digest,
                   status, progress, attempts, retries, rejection_reason, rejection_status,
                   owner, epoch, next_due, created, updated, finished,
                   TIMESTAMPDIFF(MICROSECOND, created, UTC_TIMESTAMP(6)) AS age_micros
            FROM saga
            WHERE next_due <= UTC_TIMESTAMP(6)
            ORDER BY next_due
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """)
    List<SagaRow> lockDue(@Bind("limit") int limit);

    @SqlUpdate("""
            UPDATE saga
            SET owner = :owner,
                epoch = epoch + 1,
                next_due = UTC_TIMESTAMP(6) + INTERVAL :leaseMicros MICROSECOND
            WHERE id IN (<ids>)
            """)
    int own(@BindList("ids") List<Long> ids, @Bind("owner") String owner, @Bind("leaseMicros") long leaseMicros);

    @SqlBatch("""
            UPDATE saga
            SET next_due = UTC_TIMESTAMP(6) + INTERVAL :leaseMicros MICROSECOND
            WHERE id = :lease.sagaId
              AND epoch = :lease.epoch
              AND owner IS NOT NULL
            """)
    int[] renew(@BindMethods("lease") List<Lease> leases, @Bind("leaseMicros") long leaseMicros);

    /// The owner stays: whoever claims the saga next sees that it was left in the middle of its work. The epoch
    /// rises, so that a write of the old owner that is still under way changes nothing.
    @SqlBatch("""
            UPDATE saga
            SET next_due = UTC_TIMESTAMP(6),
                epoch = epoch + 1
            WHERE id = :lease.sagaId
              AND epoch = :lease.epoch
              AND owner IS NOT NULL
            """)
    int[] handOver(@BindMethods("lease") List<Lease> leases);

    @SqlUpdate("""
            UPDATE saga
            SET next_due = UTC_TIMESTAMP(6),
                attempts = 0
            WHERE gid = :gid
              AND owner IS NULL
              AND finished IS NULL
            """)
    boolean release(@Bind("gid") Bytes gid);

    @SqlQuery("""
            SELECT COUNT(*)
            FROM saga
            WHERE next_due <= UTC_TIMESTAMP(6)
            """)
    long countDue();

    @SqlQuery("""
            SELECT id, gid, mode, definition, digest,
                   status, progress, attempts, retries, rejection_reason, rejection_status,
                   owner, epoch, next_due, created, updated, finished,
                   TIMESTAMPDIFF(MICROSECOND, created, UTC_TIMESTAMP(6)) AS age_micros
            FROM saga
            WHERE gid = :gid
            """)
    Optional<SagaRow> find(@Bind("gid") Bytes gid);

    @SqlQuery("""
            SELECT id, gid, mode, definition, digest,
                   status, progress, attempts, retries, rejection_reason, rejection_status,
                   owner, epoch, next_due, created, updated, finished,
                   TIMESTAMPDIFF(MICROSECOND, created, UTC_TIMESTAMP(6)) AS age_micros
            FROM saga
            WHERE (:filter.status IS NULL OR status = :filter.status)
              AND (:filter.mode IS NULL OR mode = :filter.mode)
              AND (:filter.createdFrom IS NULL OR created >= :filter.createdFrom)
              AND (:filter.createdTo IS NULL OR created <= :filter.createdTo)
              AND (:filter.beforeId IS NULL OR id < :filter.beforeId)
            ORDER BY id DESC
            LIMIT :filter.limit
            """)
    List<SagaRow> list(@BindMethods("filter") SagaRow.Filter filter);
}
