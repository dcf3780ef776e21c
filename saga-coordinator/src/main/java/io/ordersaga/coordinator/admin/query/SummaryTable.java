package io.ordersaga.coordinator.admin.query;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/// What lists show of sagas. Times are microseconds since 1970 in UTC, so that neither the JVM's nor the connection's
/// time zone has a say.
@RegisterConstructorMapper(SummaryTable.Row.class)
@RegisterConstructorMapper(SummaryTable.Label.class)
@RegisterConstructorMapper(SummaryTable.Note.class)
interface SummaryTable {

    /// A saga without what was submitted. Public because JDBI maps public records only.
    ///
    /// @param progress in hexadecimal digits
    /// @param ageMicros from its submit to its end, or until now, by the database's clock
    public record Row(
            long id,
            String gid,
            String mode,
            String status,
            String progress,
            int attempts,
            int errors,
            long epoch,
            Optional<String> parkedReason,
            Optional<String> owner,
            Optional<Long> nextDueMicros,
            long createdMicros,
            long updatedMicros,
            Optional<Long> finishedMicros,
            long ageMicros,
            long nowMicros,
            @Nested Trouble trouble) {}

    /// The last call that brought no success; all empty when there was none. Public because JDBI maps public records
    /// only.
    public record Trouble(
            Optional<Integer> step,
            Optional<String> op,
            Optional<String> target,
            Optional<String> outcome,
            Optional<String> error,
            Optional<String> fingerprint,
            Optional<Long> calledMicros,
            Optional<Long> failures) {}

    /// Public because JDBI maps public records only.
    ///
    /// @param name empty for the business key
    public record Label(long sagaId, String name, String value) {}

    /// Public because JDBI maps public records only.
    public record Note(long createdMicros, String author, String text) {}

    @SqlQuery("""
            SELECT s.id, CONVERT(s.gid USING ascii) AS gid, s.mode, s.status, HEX(s.progress) AS progress, s.attempts,
                   s.errors, s.epoch, s.parked_reason, s.owner,
                   TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', s.next_due) AS next_due_micros,
                   TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', s.created) AS created_micros,
                   TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', s.updated) AS updated_micros,
                   TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', s.finished) AS finished_micros,
                   TIMESTAMPDIFF(MICROSECOND, s.created, COALESCE(s.finished, UTC_TIMESTAMP(6))) AS age_micros,
                   TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', UTC_TIMESTAMP(6)) AS now_micros,
                   t.step, t.op, t.target, t.outcome, t.error, t.fingerprint, t.failures,
                   TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', t.called) AS called_micros
            FROM saga s
            LEFT JOIN saga_trouble t ON t.saga_id = s.id
            WHERE s.id IN (<ids>)
            """)
    List<Row> rows(@BindList("ids") List<Long> ids);

    @SqlQuery("""
            SELECT id
            FROM saga
            WHERE gid = :gid
            """)
    Optional<Long> idOf(@Bind("gid") byte[] gid);

    @SqlQuery("""
            SELECT saga_id, name, value
            FROM saga_label
            WHERE saga_id IN (<ids>)
            ORDER BY saga_id, name
            """)
    List<Label> labels(@BindList("ids") List<Long> ids);

    /// The newest first.
    @SqlQuery("""
            SELECT TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', created) AS created_micros, author, text
            FROM saga_note
            WHERE saga_id = :sagaId
            ORDER BY id DESC
            LIMIT :limit
            """)
    List<Note> notes(@Bind("sagaId") long sagaId, @Bind("limit") int limit);

    /// The newest first.
    @SqlQuery("""
            SELECT CONVERT(s.gid USING ascii)
            FROM saga_label l
            JOIN saga s ON s.id = l.saga_id
            WHERE l.name = ''
              AND l.value = :businessKey
              AND l.saga_id <> :sagaId
            ORDER BY l.saga_id DESC
            LIMIT :limit
            """)
    List<String> related(
            @Bind("businessKey") String businessKey, @Bind("sagaId") long sagaId, @Bind("limit") int limit);
}
