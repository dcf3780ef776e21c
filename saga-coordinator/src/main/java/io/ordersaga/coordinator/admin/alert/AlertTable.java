package io.ordersaga.coordinator.admin.alert;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/// Every statement on the tables `alert_rule` and `alert`, and on the duty to look.
@RegisterConstructorMapper(AlertTable.Rule.class)
@RegisterConstructorMapper(AlertTable.Row.class)
interface AlertTable {

    /// A rule. Public because JDBI maps public records only.
    record Rule(String kind, boolean enabled, int threshold, long windowSeconds) {}

    /// An alert. Public because JDBI maps public records only.
    ///
    /// @param endTime null while it is on
    record Row(
            String id,
            String kind,
            String fingerprint,
            String summary,
            long value,
            String sampleGid,
            Instant startTime,
            @Nullable Instant endTime) {}

    @SqlQuery("""
            SELECT kind, enabled, threshold, window_seconds
            FROM alert_rule
            ORDER BY kind
            """)
    List<Rule> rules();

    @SqlUpdate("""
            UPDATE alert_rule
            SET enabled = :enabled,
                threshold = :threshold,
                window_seconds = :windowSeconds
            WHERE kind = :kind
            """)
    int updateRule(@BindMethods Rule rule);

    /// Makes it known, held by nobody.
    @SqlUpdate("""
            INSERT IGNORE INTO duty (name, owner, until, done)
            VALUES ('alert', '', TIMESTAMP'1970-01-01 00:00:00', TIMESTAMP'1970-01-01 00:00:00')
            """)
    int makeDuty();

    /// False when somebody else has it.
    @SqlUpdate("""
            UPDATE duty
            SET owner = :owner,
                done = UTC_TIMESTAMP(6),
                until = UTC_TIMESTAMP(6) + INTERVAL :micros MICROSECOND
            WHERE name = 'alert'
              AND (owner = :owner OR until <= UTC_TIMESTAMP(6))
            """)
    boolean takeDuty(@Bind("owner") String owner, @Bind("micros") long micros);

    @SqlUpdate("""
            UPDATE duty
            SET until = UTC_TIMESTAMP(6)
            WHERE name = 'alert'
              AND owner = :owner
            """)
    int leaveDuty(@Bind("owner") String owner);

    /// When somebody last looked.
    @SqlQuery("""
            SELECT done
            FROM duty
            WHERE name = 'alert'
              AND owner <> ''
            """)
    Optional<Instant> lastRound();

    /// False when it is on already, of which the next statement takes note.
    @SqlUpdate("""
            INSERT IGNORE INTO alert (id, kind, fingerprint, closed, summary, value, sample_gid, start_time, seen_time)
            VALUES (:id, :kind, :fingerprint, '', :summary, :value, :sampleGid, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """)
    boolean begin(
            @Bind("id") String id,
            @Bind("kind") String kind,
            @Bind("fingerprint") String fingerprint,
            @Bind("summary") String summary,
            @Bind("value") long value,
            @Bind("sampleGid") String sampleGid);

    @SqlUpdate("""
            UPDATE alert
            SET summary = :summary,
                value = :value,
                seen_time = UTC_TIMESTAMP(3)
            WHERE kind = :kind
              AND fingerprint = :fingerprint
              AND closed = ''
            """)
    int see(
            @Bind("kind") String kind,
            @Bind("fingerprint") String fingerprint,
            @Bind("summary") String summary,
            @Bind("value") long value);

    /// Those that are on.
    @SqlQuery("""
            SELECT id, kind, fingerprint, summary, value, sample_gid, start_time, end_time
            FROM alert
            WHERE end_time IS NULL
            ORDER BY start_time DESC
            LIMIT :limit
            """)
    List<Row> listOn(@Bind("limit") int limit);

    /// Those that are on and were not seen for so long, but of these rules.
    @SqlQuery("""
            SELECT id, kind, fingerprint, summary, value, sample_gid, start_time, end_time
            FROM alert
            WHERE end_time IS NULL
              AND seen_time < UTC_TIMESTAMP(3) - INTERVAL :micros MICROSECOND
              AND kind NOT IN (<kinds>)
            LIMIT 100
            """)
    List<Row> listGone(@Bind("micros") long micros, @BindList("kinds") Collection<String> kinds);

    @SqlUpdate("""
            UPDATE alert
            SET closed = id,
                end_time = UTC_TIMESTAMP(3)
            WHERE id = :id
              AND closed = ''
            """)
    boolean end(@Bind("id") String id);

    /// Those that are over, the newest first.
    @SqlQuery("""
            SELECT id, kind, fingerprint, summary, value, sample_gid, start_time, end_time
            FROM alert
            WHERE end_time IS NOT NULL
            ORDER BY end_time DESC
            LIMIT :limit
            """)
    List<Row> listOver(@Bind("limit") int limit);

    @SqlUpdate("""
            DELETE FROM alert
            WHERE end_time < UTC_TIMESTAMP(3) - INTERVAL :seconds SECOND
            LIMIT 100
            """)
    int forget(@Bind("seconds") long seconds);
}
