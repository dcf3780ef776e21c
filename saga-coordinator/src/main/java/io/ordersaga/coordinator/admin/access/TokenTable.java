package io.ordersaga.coordinator.admin.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/// Every statement on the table `machine_token`.
@RegisterConstructorMapper(TokenTable.Row.class)
interface TokenTable {

    /// A token that is good. Public because JDBI maps public records only.
    record Row(
            String name,
            String role,
            String creator,
            Instant createTime,
            Instant expireTime,
            @Nullable Instant useTime) {}

    @SqlQuery("""
            SELECT name, role, creator, create_time, expire_time, use_time
            FROM machine_token
            WHERE token_hash = :tokenHash
              AND expire_time > UTC_TIMESTAMP(3)
            """)
    Optional<Row> findGood(@Bind("tokenHash") String tokenHash);

    @SqlQuery("""
            SELECT name, role, creator, create_time, expire_time, use_time
            FROM machine_token
            WHERE expire_time > UTC_TIMESTAMP(3)
            ORDER BY name
            LIMIT :limit
            """)
    List<Row> listGood(@Bind("limit") int limit);

    @SqlUpdate("""
            INSERT IGNORE INTO machine_token (name, token_hash, role, creator, create_time, expire_time)
            VALUES (:name, :tokenHash, :role, :creator, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL :seconds SECOND)
            """)
    boolean insert(
            @Bind("name") String name,
            @Bind("tokenHash") String tokenHash,
            @Bind("role") String role,
            @Bind("creator") String creator,
            @Bind("seconds") long seconds);

    /// Once a minute at most.
    @SqlUpdate("""
            UPDATE machine_token
            SET use_time = UTC_TIMESTAMP(3)
            WHERE token_hash = :tokenHash
              AND (use_time IS NULL OR use_time < UTC_TIMESTAMP(3) - INTERVAL 60 SECOND)
            """)
    int use(@Bind("tokenHash") String tokenHash);

    @SqlUpdate("""
            DELETE FROM machine_token
            WHERE name = :name
            """)
    boolean delete(@Bind("name") String name);

    @SqlUpdate("""
            DELETE FROM machine_token
            WHERE expire_time <= UTC_TIMESTAMP(3)
            """)
    int deleteEnded();
}
