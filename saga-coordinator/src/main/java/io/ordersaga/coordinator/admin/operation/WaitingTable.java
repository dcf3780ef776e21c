package io.ordersaga.coordinator.admin.operation;

import java.time.LocalDateTime;
import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Transactions that wait for their next try, and what their last call was about. Times are UTC.
@RegisterConstructorMapper(WaitingTable.Row.class)
public interface WaitingTable {

    /// Who waits.
    ///
    /// @param target the whole address of the last call without success; empty when there was none
    record Row(long id, LocalDateTime nextDue, String target) {}

    @SqlQuery("""
            SELECT UTC_TIMESTAMP(6)
            """)
    LocalDateTime now();

    /// Those that come behind this place, in the order in which they are due.
    @SqlQuery("""
            SELECT s.id, s.next_due, COALESCE(t.target, '') AS target
            FROM saga s FORCE INDEX (saga_next_due)
            LEFT JOIN saga_trouble t ON t.saga_id = s.id
            WHERE s.next_due >= :due
              AND (s.next_due > :due OR s.id > :id)
              AND s.owner IS NULL
            ORDER BY s.next_due, s.id
            LIMIT :limit
            """)
    List<Row> after(@Bind("due") LocalDateTime due, @Bind("id") long id, @Bind("limit") int limit);

    /// Makes them due, as far as they still wait.
    @SqlUpdate("""
            UPDATE saga
            SET next_due = UTC_TIMESTAMP(6),
                updated = UTC_TIMESTAMP(6)
            WHERE id IN (<ids>)
              AND owner IS NULL
              AND finished IS NULL
              AND next_due > UTC_TIMESTAMP(6)
            """)
    int wake(@BindList("ids") List<Long> ids);
}
