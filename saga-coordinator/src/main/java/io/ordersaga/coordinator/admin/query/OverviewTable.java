package io.ordersaga.coordinator.admin.query;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Questions about all sagas at once, each bounded by an index and a limit.
@RegisterConstructorMapper(OverviewTable.StatusCount.class)
@RegisterConstructorMapper(OverviewTable.Minute.class)
@RegisterConstructorMapper(OverviewTable.Open.class)
interface OverviewTable {

    /// Public because JDBI maps public records only.
    public record StatusCount(String status, long number) {}

    /// What all nodes counted within a minute. Public because JDBI maps public records only.
    public record Minute(long startMicros, long submitted, long succeeded, long failed, long parked) {}

    /// A saga that is not over, with its last unsuccessful call. Public because JDBI maps public records only.
    ///
    /// @param held `parked`, `paused` or empty
    /// @param ageMicros since its submit
    public record Open(
            long id,
            String gid,
            String status,
            int attempts,
            String held,
            Optional<String> parkedReason,
            long createdMicros,
            long ageMicros,
            Optional<String> op,
            Optional<String> target,
            Optional<String> error,
            Optional<String> fingerprint,
            Optional<Long> calledMicros) {}

    /// From the index alone.
    @SqlQuery("""
            SELECT 'PREPARED' AS status, COUNT(*) AS number
            FROM (SELECT 1 AS one FROM saga FORCE INDEX (saga_status) WHERE status = 'PREPARED' LIMIT :most) AS some
            UNION ALL
            SELECT 'SUBMITTED', COUNT(*)
            FROM (SELECT 1 AS one FROM saga FORCE INDEX (saga_status) WHERE status = 'SUBMITTED' LIMIT :most) AS some
            UNION ALL
            SELECT 'ABORTING', COUNT(*)
            FROM (SELECT 1 AS one FROM saga FORCE INDEX (saga_status) WHERE status = 'ABORTING' LIMIT :most) AS some
            UNION ALL
            SELECT 'SUCCEEDED', COUNT(*)
            FROM (SELECT 1 AS one FROM saga FORCE INDEX (saga_status) WHERE status = 'SUCCEEDED' LIMIT :most) AS some
            UNION ALL
            SELECT 'FAILED', COUNT(*)
            FROM (SELECT 1 AS one FROM saga FORCE INDEX (saga_status) WHERE status = 'FAILED' LIMIT :most) AS some
            """)
    List<StatusCount> statuses(@Bind("most") int most);

    @SqlQuery("""
            SELECT MIN(id)
            FROM (
              (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'PREPARED' ORDER BY id LIMIT 1)
              UNION ALL
              (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'SUBMITTED' ORDER BY id LIMIT 1)
              UNION ALL
              (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'ABORTING' ORDER BY id LIMIT 1)) AS oldest
            """)
    Optional<Long> oldestUnfinished();

    /// How long those took that were submitted last among those that are over, in microseconds.
    @SqlQuery("""
            SELECT TIMESTAMPDIFF(MICROSECOND, s.created, s.finished)
            FROM (
              SELECT id
              FROM (
                (SELECT id FROM saga FORCE INDEX (saga_status)
                 WHERE status = 'SUCCEEDED' ORDER BY id DESC LIMIT :most)
                UNION ALL
                (SELECT id FROM saga FORCE INDEX (saga_status)
                 WHERE status = 'FAILED' ORDER BY id DESC LIMIT :most)) AS ended
              ORDER BY id DESC
              LIMIT :most) AS newest
            JOIN saga s ON s.id = newest.id
            WHERE s.finished IS NOT NULL
            """)
    List<Long> durations(@Bind("most") int most);

    @SqlQuery("""
            SELECT COUNT(*)
            FROM (SELECT id FROM saga WHERE next_due <= UTC_TIMESTAMP(6) LIMIT :most) AS due
            """)
    long backlog(@Bind("most") int most);

    /// Those that are not over, the oldest first.
    @SqlQuery("""
            SELECT s.id, CONVERT(s.gid USING ascii) AS gid, s.status, s.attempts,
                   CASE WHEN s.parked_reason IS NULL THEN ''
                        WHEN s.parked_reason LIKE 'paused: %' THEN 'paused'
                        ELSE 'parked' END AS held,
                   LEFT(s.parked_reason, 300) AS parked_reason,
                   TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', s.created) AS created_micros,
                   TIMESTAMPDIFF(MICROSECOND, s.created, UTC_TIMESTAMP(6)) AS age_micros,
                   t.op, t.target, LEFT(t.error, 300) AS error, t.fingerprint,
                   TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', t.called) AS called_micros
            FROM (
              SELECT id
              FROM (
                (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'PREPARED' ORDER BY id LIMIT :most)
                UNION ALL
                (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'SUBMITTED' ORDER BY id LIMIT :most)
                UNION ALL
                (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'ABORTING' ORDER BY id LIMIT :most))
                AS unfinished
              ORDER BY id
              LIMIT :most) AS oldest
            JOIN saga s ON s.id = oldest.id
            LEFT JOIN saga_trouble t ON t.saga_id = s.id
            ORDER BY s.id
            """)
    List<Open> open(@Bind("most") int most);

    @SqlQuery("""
            SELECT TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', minute) AS start_micros,
                   SUM(submitted) AS submitted, SUM(succeeded) AS succeeded, SUM(failed) AS failed,
                   SUM(parked) AS parked
            FROM saga_minute
            WHERE minute > UTC_TIMESTAMP() - INTERVAL :minutes MINUTE
            GROUP BY minute
            ORDER BY minute
            """)
    List<Minute> minutes(@Bind("minutes") int minutes);

    /// Adds to what this node counted within this minute.
    @SqlUpdate("""
            INSERT INTO saga_minute (minute, node, submitted, succeeded, failed, parked)
            VALUES (UTC_TIMESTAMP() - INTERVAL SECOND(UTC_TIMESTAMP()) SECOND, :node, :submitted, :succeeded, :failed,
                    :parked)
            ON DUPLICATE KEY UPDATE
              submitted = saga_minute.submitted + VALUES(submitted),
              succeeded = saga_minute.succeeded + VALUES(succeeded),
              failed = saga_minute.failed + VALUES(failed),
              parked = saga_minute.parked + VALUES(parked)
            """)
    int addToMinute(
            @Bind("node") String node,
            @Bind("submitted") long submitted,
            @Bind("succeeded") long succeeded,
            @Bind("failed") long failed,
            @Bind("parked") long parked);

    @SqlUpdate("""
            DELETE FROM saga_minute
            WHERE minute < UTC_TIMESTAMP() - INTERVAL :days DAY
            """)
    int forgetMinutes(@Bind("days") int days);

    /// The database's clock, in microseconds since 1970.
    @SqlQuery("""
            SELECT TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', UTC_TIMESTAMP(6))
            """)
    long now();
}
