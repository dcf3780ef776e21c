package io.ordersaga.coordinator.admin.access;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement on the table `sign_in_attempt`.
@RegisterConstructorMapper(AttemptTable.Row.class)
interface AttemptTable {

    /// What was tried under a name. Public because JDBI maps public records only.
    ///
    /// @param blockedMillis until the next may be; 0 or less: now
    record Row(int attempts, long blockedMillis) {}

    /// Makes the row, if there is none.
    @SqlUpdate("""
            INSERT IGNORE INTO sign_in_attempt (subject, attempts, blocked_till)
            VALUES (:subject, 0, UTC_TIMESTAMP(3))
            """)
    int begin(@Bind("subject") String subject);

    /// Held until the transaction ends.
    @SqlQuery("""
            SELECT attempts, TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), blocked_till) DIV 1000 AS blocked_millis
            FROM sign_in_attempt
            WHERE subject = :subject
            FOR UPDATE
            """)
    Optional<Row> hold(@Bind("subject") String subject);

    @SqlUpdate("""
            UPDATE sign_in_attempt
            SET attempts = attempts + 1,
                blocked_till = UTC_TIMESTAMP(3) + INTERVAL :micros MICROSECOND
            WHERE subject = :subject
            """)
    int count(@Bind("subject") String subject, @Bind("micros") long micros);

    @SqlUpdate("""
            DELETE FROM sign_in_attempt
            WHERE subject = :subject
            """)
    int forget(@Bind("subject") String subject);

    /// Those that nobody waits for any more, some at a time.
    @SqlUpdate("""
            DELETE FROM sign_in_attempt
            WHERE blocked_till < UTC_TIMESTAMP(3) - INTERVAL :seconds SECOND
            LIMIT :limit
            """)
    int forgetOld(@Bind("seconds") long seconds, @Bind("limit") int limit);
}
