package io.ordersaga.coordinator.admin.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement on the tables `audit_entry` and `audit_head`. None changes or removes an entry.
@RegisterConstructorMapper(AuditRow.class)
@RegisterConstructorMapper(AuditTable.Head.class)
interface AuditTable {

    /// The newest entry, and what time it is. Public because JDBI maps public records only.
    record Head(long seq, String hash, Instant time) {}

    /// Which entries to list.
    ///
    /// @param operator empty: anybody
    /// @param method empty: all
    /// @param kind empty: all but beginnings
    /// @param start not before
    /// @param end before
    /// @param beforeSeq older than this entry
    record Wanted(String operator, String method, String kind, Instant start, Instant end, long beforeSeq) {}

    /// Held until the transaction ends.
    @SqlQuery("""
            SELECT seq, hash, UTC_TIMESTAMP(3) AS time
            FROM audit_head
            WHERE id = 1
            FOR UPDATE
            """)
    Head hold();

    @SqlQuery("""
            SELECT seq, hash, UTC_TIMESTAMP(3) AS time
            FROM audit_head
            WHERE id = 1
            """)
    Head head();

    @SqlUpdate("""
            UPDATE audit_head
            SET seq = :seq,
                hash = :hash
            WHERE id = 1
            """)
    int move(@Bind("seq") long seq, @Bind("hash") String hash);

    @SqlUpdate("""
            INSERT INTO audit_entry (seq, time, kind, operator, method, resource, outcome, reason, request_digest,
                                     origin, begun_seq, previous_hash, hash)
            VALUES (:seq, :time, :kind, :operator, :method, :resource, :outcome, :reason, :requestDigest,
                    :origin, :begunSeq, :previousHash, :hash)
            """)
    int insert(@BindMethods AuditRow row);

    @SqlQuery("""
            SELECT seq, time, kind, operator, method, resource, outcome, reason, request_digest, origin, begun_seq,
                   previous_hash, hash
            FROM audit_entry
            WHERE seq = :seq
            """)
    Optional<AuditRow> find(@Bind("seq") long seq);

    /// The oldest first.
    @SqlQuery("""
            SELECT seq, time, kind, operator, method, resource, outcome, reason, request_digest, origin, begun_seq,
                   previous_hash, hash
            FROM audit_entry
            WHERE seq > :afterSeq
            ORDER BY seq
            LIMIT :limit
            """)
    List<AuditRow> listAfter(@Bind("afterSeq") long afterSeq, @Bind("limit") int limit);

    /// The newest first; looks at so many entries and no more.
    @SqlQuery("""
            SELECT seq, time, kind, operator, method, resource, outcome, reason, request_digest, origin, begun_seq,
                   previous_hash, hash
            FROM audit_entry
            WHERE seq < :beforeSeq
              AND seq >= :beforeSeq - :span
              AND (:operator = '' OR operator = :operator)
              AND (:method = '' OR INSTR(method, :method) > 0)
              AND (kind = :kind OR (:kind = '' AND kind <> 'BEGUN'))
              AND time >= :start
              AND time < :end
            ORDER BY seq DESC
            LIMIT :limit
            """)
    List<AuditRow> list(@BindMethods Wanted wanted, @Bind("span") long span, @Bind("limit") int limit);

    /// The newest first, of those about one thing.
    @SqlQuery("""
            SELECT seq, time, kind, operator, method, resource, outcome, reason, request_digest, origin, begun_seq,
                   previous_hash, hash
            FROM audit_entry
            WHERE (resource = :resource OR (resource >= CONCAT(:resource, ' ') AND resource < CONCAT(:resource, '!')))
              AND seq < :beforeSeq
              AND (:operator = '' OR operator = :operator)
              AND (:method = '' OR INSTR(method, :method) > 0)
              AND (kind = :kind OR (:kind = '' AND kind <> 'BEGUN'))
              AND time >= :start
              AND time < :end
            ORDER BY seq DESC
            LIMIT :limit
            """)
    List<AuditRow> listAbout(@Bind("resource") String resource, @BindMethods Wanted wanted, @Bind("limit") int limit);
}
