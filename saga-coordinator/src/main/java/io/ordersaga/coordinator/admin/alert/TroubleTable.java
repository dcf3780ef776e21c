package io.ordersaga.coordinator.admin.alert;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/// What the rules look for, each with a bound on what is looked at.
@RegisterConstructorMapper(TroubleTable.Group.class)
@RegisterConstructorMapper(TroubleTable.Ended.class)
interface TroubleTable {

    /// Transactions with the same trouble. Public because JDBI maps public records only.
    ///
    /// @param sampleGid one of them
    /// @param sampleError of one of them
    record Group(String fingerprint, long number, String sampleGid, Optional<String> sampleError) {}

    /// Transactions that ended. Public because JDBI maps public records only.
    record Ended(long succeeded, long failed) {}

    /// Those that are parked, and not because somebody paused them.
    @SqlQuery("""
            SELECT COALESCE(t.fingerprint, '') AS fingerprint, COUNT(*) AS number, COALESCE(CONVERT(MIN(s.gid) USING utf8mb4), '') AS sample_gid,
                   MIN(LEFT(COALESCE(t.error, s.parked_reason), 300)) AS sample_error
            FROM (
              (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'PREPARED' ORDER BY id LIMIT :most)
              UNION ALL
              (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'SUBMITTED' ORDER BY id LIMIT :most)
              UNION ALL
              (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'ABORTING' ORDER BY id LIMIT :most)) AS unfinished
            JOIN saga s ON s.id = unfinished.id
            LEFT JOIN saga_trouble t ON t.saga_id = s.id
            WHERE s.parked_reason IS NOT NULL
              AND s.parked_reason NOT LIKE 'paused: %'
            GROUP BY COALESCE(t.fingerprint, '')
            HAVING COUNT(*) >= :threshold
            ORDER BY COUNT(*) DESC
            LIMIT :groups
            """)
    List<Group> parked(@Bind("threshold") int threshold, @Bind("most") int most, @Bind("groups") int groups);

    @SqlQuery("""
            SELECT COALESCE(t.fingerprint, '') AS fingerprint, COUNT(*) AS number, COALESCE(CONVERT(MIN(s.gid) USING utf8mb4), '') AS sample_gid,
                   MIN(LEFT(t.error, 300)) AS sample_error
            FROM (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'ABORTING' ORDER BY id LIMIT :most) AS unfinished
            JOIN saga s ON s.id = unfinished.id
            LEFT JOIN saga_trouble t ON t.saga_id = s.id
            WHERE s.attempts >= :failingAttempts
              AND s.parked_reason IS NULL
            GROUP BY COALESCE(t.fingerprint, '')
            HAVING COUNT(*) >= :threshold
            ORDER BY COUNT(*) DESC
            LIMIT :groups
            """)
    List<Group> failingRollBacks(
            @Bind("failingAttempts") int failingAttempts,
            @Bind("threshold") int threshold,
            @Bind("most") int most,
            @Bind("groups") int groups);

    /// All in one group, if any.
    @SqlQuery("""
            SELECT '' AS fingerprint, COUNT(*) AS number, COALESCE(CONVERT(MIN(s.gid) USING utf8mb4), '') AS sample_gid, NULL AS sample_error
            FROM (
              (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'PREPARED' ORDER BY id LIMIT :most)
              UNION ALL
              (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'SUBMITTED' ORDER BY id LIMIT :most)
              UNION ALL
              (SELECT id FROM saga FORCE INDEX (saga_status) WHERE status = 'ABORTING' ORDER BY id LIMIT :most)) AS unfinished
            JOIN saga s ON s.id = unfinished.id
            WHERE s.created < UTC_TIMESTAMP(6) - INTERVAL :seconds SECOND
            HAVING COUNT(*) >= :threshold
            """)
    List<Group> overAge(@Bind("seconds") long seconds, @Bind("threshold") int threshold, @Bind("most") int most);

    /// Whether more transactions are in this state than are looked at.
    @SqlQuery("""
            SELECT COUNT(*) > 0
            FROM (SELECT 1 AS one FROM saga FORCE INDEX (saga_status) WHERE status = :status LIMIT 1 OFFSET :most) AS further
            """)
    boolean areMore(@Bind("status") String status, @Bind("most") int most);

    /// How many were parked within so long, as nodes count them.
    @SqlQuery("""
            SELECT COALESCE(SUM(parked), 0)
            FROM saga_minute
            WHERE minute > UTC_TIMESTAMP() - INTERVAL :seconds SECOND
            """)
    long parkedWithin(@Bind("seconds") long seconds);

    /// As nodes count them, minute by minute.
    @SqlQuery("""
            SELECT COALESCE(SUM(succeeded), 0) AS succeeded, COALESCE(SUM(failed), 0) AS failed
            FROM saga_minute
            WHERE minute > UTC_TIMESTAMP() - INTERVAL :seconds SECOND
            """)
    Ended ended(@Bind("seconds") long seconds);
}
