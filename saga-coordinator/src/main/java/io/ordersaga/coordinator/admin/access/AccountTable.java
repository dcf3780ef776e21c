package io.ordersaga.coordinator.admin.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/// Every statement on the table `operator_account`.
@RegisterConstructorMapper(AccountTable.Row.class)
interface AccountTable {

    /// An account. Public because JDBI maps public records only.
    ///
    /// @param password as bcrypt wrote it; null when somebody else vouches
    /// @param displayName as who vouches calls them; empty when nobody does
    /// @param issuer who vouches; empty when nobody does
    record Row(
            String name,
            String role,
            @Nullable String password,
            boolean changeRequired,
            boolean disabled,
            Instant createTime,
            @Nullable Instant signInTime,
            String displayName,
            String issuer) {}

    @SqlQuery("""
            SELECT name, role, password, change_required, disabled, create_time, sign_in_time, display_name, issuer
            FROM operator_account
            WHERE name = :name
            """)
    Optional<Row> find(@Bind("name") String name);

    @SqlQuery("""
            SELECT name, role, password, change_required, disabled, create_time, sign_in_time, display_name, issuer
            FROM operator_account
            ORDER BY name
            LIMIT :limit
            """)
    List<Row> list(@Bind("limit") int limit);

    @SqlQuery("""
            SELECT COUNT(*)
            FROM operator_account
            """)
    int count();

    /// The admins who may sign in with a password, held until the transaction ends: none of them can be lost meanwhile.
    /// Who needs the identity provider does not count, since it may be down.
    @SqlQuery("""
            SELECT name
            FROM operator_account
            WHERE role = 'ADMIN'
              AND disabled = 0
              AND password IS NOT NULL
            ORDER BY name
            FOR UPDATE
            """)
    List<String> holdAdmins();

    /// False when there is one of this name.
    @SqlUpdate("""
            INSERT IGNORE INTO operator_account (
              name, role, password, change_required, disabled, create_time, display_name, issuer)
            VALUES (:name, :role, :password, :changeRequired, 0, UTC_TIMESTAMP(3), '', '')
            """)
    boolean insert(
            @Bind("name") String name,
            @Bind("role") String role,
            @Bind("password") String password,
            @Bind("changeRequired") boolean changeRequired);

    /// An account without a password; false when there is one of this name.
    @SqlUpdate("""
            INSERT IGNORE INTO operator_account (
              name, role, password, change_required, disabled, create_time, display_name, issuer)
            VALUES (:name, :role, NULL, 0, 0, UTC_TIMESTAMP(3), :displayName, :issuer)
            """)
    boolean insertFederated(
            @Bind("name") String name,
            @Bind("role") String role,
            @Bind("displayName") String displayName,
            @Bind("issuer") String issuer);

    /// What who vouches says of them now.
    @SqlUpdate("""
            UPDATE operator_account
            SET role = :role,
                display_name = :displayName
            WHERE name = :name
            """)
    int updateFederated(@Bind("name") String name, @Bind("role") String role, @Bind("displayName") String displayName);

    @SqlUpdate("""
            UPDATE operator_account
            SET role = :role,
                disabled = :disabled
            WHERE name = :name
            """)
    int update(@Bind("name") String name, @Bind("role") String role, @Bind("disabled") boolean disabled);

    @SqlUpdate("""
            UPDATE operator_account
            SET password = :password,
                change_required = :changeRequired
            WHERE name = :name
              AND password IS NOT NULL
            """)
    boolean setPassword(
            @Bind("name") String name,
            @Bind("password") String password,
            @Bind("changeRequired") boolean changeRequired);

    @SqlUpdate("""
            UPDATE operator_account
            SET sign_in_time = UTC_TIMESTAMP(3)
            WHERE name = :name
            """)
    int signedIn(@Bind("name") String name);

    @SqlUpdate("""
            DELETE FROM operator_account
            WHERE name = :name
            """)
    boolean delete(@Bind("name") String name);
}
