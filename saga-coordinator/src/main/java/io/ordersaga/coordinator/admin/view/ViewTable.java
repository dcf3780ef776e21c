package io.ordersaga.coordinator.admin.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement on the tables `saved_view` and `hidden_columns`.
@RegisterConstructorMapper(ViewTable.Row.class)
interface ViewTable {

    /// A filter under a name. Public because JDBI maps public records only.
    record Row(String name, String filter, Instant updateTime) {}

    /// Held until the transaction ends, so that of two who save at once the second counts the first one's view. Empty
    /// when there is no such account.
    @SqlQuery("""
            SELECT name
            FROM operator_account
            WHERE name = :account
            FOR UPDATE
            """)
    Optional<String> hold(@Bind("account") String account);

    @SqlQuery("""
            SELECT name, filter, update_time
            FROM saved_view
            WHERE account = :account
            ORDER BY name
            LIMIT :limit
            """)
    List<Row> list(@Bind("account") String account, @Bind("limit") int limit);

    /// How many there are beside the one of this name.
    @SqlQuery("""
            SELECT COUNT(*)
            FROM saved_view
            WHERE account = :account
              AND name <> :name
            """)
    int countOthers(@Bind("account") String account, @Bind("name") String name);

    @SqlUpdate("""
            INSERT INTO saved_view (account, name, filter, update_time)
            VALUES (:account, :name, :filter, UTC_TIMESTAMP(3))
            ON DUPLICATE KEY UPDATE filter = :filter, update_time = UTC_TIMESTAMP(3)
            """)
    int save(@Bind("account") String account, @Bind("name") String name, @Bind("filter") String filter);

    @SqlUpdate("""
            DELETE FROM saved_view
            WHERE account = :account
              AND name = :name
            """)
    boolean delete(@Bind("account") String account, @Bind("name") String name);

    /// With a blank between two; empty when the account never chose.
    @SqlQuery("""
            SELECT names
            FROM hidden_columns
            WHERE account = :account
            """)
    Optional<String> hiddenColumns(@Bind("account") String account);

    @SqlUpdate("""
            INSERT INTO hidden_columns (account, names)
            VALUES (:account, :names)
            ON DUPLICATE KEY UPDATE names = :names
            """)
    int hideColumns(@Bind("account") String account, @Bind("names") String names);
}
