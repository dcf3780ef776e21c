package io.ordersaga.coordinator.admin.access;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement on the table `operator_session`. Whether a session is over is said by the database's
/// clock.
@RegisterConstructorMapper(SessionTable.Row.class)
interface SessionTable {

    /// A session that is good, with what its account is now. Public because JDBI maps public records only.
    ///
    /// @param unusedSeconds since it was last used, as far as that was written
    ///
    /// @param displayName empty when nobody vouches for the account
    record Row(
            String account,
            String role,
            boolean changeRequired,
            String displayName,
            Instant createTime,
            long unusedSeconds) {}

    @SqlQuery("""
            SELECT s.account, a.role, a.change_required, a.display_name, s.create_time,
                   TIMESTAMPDIFF(SECOND, s.use_time, UTC_TIMESTAMP(3)) AS unused_seconds
            FROM operator_session s
            JOIN operator_account a ON a.name = s.account
            WHERE s.token_hash = :tokenHash
              AND s.create_time > UTC_TIMESTAMP(3) - INTERVAL :absoluteSeconds SECOND
              AND s.use_time > UTC_TIMESTAMP(3) - INTERVAL :idleSeconds SECOND
              AND a.disabled = 0
            """)
    Optional<Row> findGood(
            @Bind("tokenHash") String tokenHash,
            @Bind("absoluteSeconds") long absoluteSeconds,
            @Bind("idleSeconds") long idleSeconds);

    @SqlUpdate("""
            INSERT INTO operator_session (token_hash, account, create_time, use_time)
            VALUES (:tokenHash, :account, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """)
    int insert(@Bind("tokenHash") String tokenHash, @Bind("account") String account);

    @SqlUpdate("""
            UPDATE operator_session
            SET use_time = UTC_TIMESTAMP(3)
            WHERE token_hash = :tokenHash
            """)
    int use(@Bind("tokenHash") String tokenHash);

    @SqlUpdate("""
            DELETE FROM operator_session
            WHERE token_hash = :tokenHash
            """)
    int delete(@Bind("tokenHash") String tokenHash);

    /// All of an account but one.
    @SqlUpdate("""
            DELETE FROM operator_session
            WHERE account = :account
              AND token_hash <> :keptHash
            """)
    int deleteOthers(@Bind("account") String account, @Bind("keptHash") String keptHash);

    @SqlQuery("""
            SELECT COUNT(*)
            FROM operator_session
            WHERE account = :account
            """)
    int count(@Bind("account") String account);

    /// Those that ended by themselves, some at a time: whatever is past its last moment was not used any more.
    @SqlUpdate("""
            DELETE FROM operator_session
            WHERE use_time < UTC_TIMESTAMP(3) - INTERVAL :idleSeconds SECOND
            LIMIT :limit
            """)
    int deleteEnded(@Bind("idleSeconds") long idleSeconds, @Bind("limit") int limit);

    /// Those that were used longest ago.
    @SqlUpdate("""
            DELETE FROM operator_session
            WHERE account = :account
            ORDER BY use_time
            LIMIT :limit
            """)
    int deleteOldest(@Bind("account") String account, @Bind("limit") int limit);
}
