package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement on the table `kept_value`.
@RegisterConstructorMapper(KeptValueTable.Row.class)
interface KeptValueTable {

    /// A row. Public because JDBI maps public records only.
    record Row(
            long id, Bytes category, Bytes name, String value, long version, Instant createTime, Instant updateTime) {}

    @SqlQuery("""
            SELECT id, category, name, value, version, create_time, update_time
            FROM kept_value
            WHERE category = :category
              AND name = :name
            """)
    Optional<Row> find(@Bind("category") Bytes category, @Bind("name") Bytes name);

    @SqlQuery("""
            SELECT id, category, name, value, version, create_time, update_time
            FROM kept_value
            WHERE category = :category
              AND id < :beforeId
            ORDER BY id DESC
            LIMIT :limit
            """)
    List<Row> list(@Bind("category") Bytes category, @Bind("beforeId") long beforeId, @Bind("limit") int limit);

    @SqlUpdate("""
            INSERT INTO kept_value (category, name, value, version, create_time, update_time)
            VALUES (:category, :name, :value, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            ON DUPLICATE KEY UPDATE id = kept_value.id
            """)
    int insert(@Bind("category") Bytes category, @Bind("name") Bytes name, @Bind("value") String value);

    @SqlUpdate("""
            UPDATE kept_value
            SET value = :value,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE id = :id
              AND version = :version
            """)
    boolean update(@Bind("id") long id, @Bind("version") long version, @Bind("value") String value);

    @SqlUpdate("""
            DELETE FROM kept_value
            WHERE category = :category
              AND name = :name
            """)
    boolean delete(@Bind("category") Bytes category, @Bind("name") Bytes name);
}
