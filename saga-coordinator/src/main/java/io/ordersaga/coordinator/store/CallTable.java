package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import java.util.List;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.UseRowMapper;

/// Pages of the journal of one saga; the mark's own row is among them.
interface CallTable {

    @SqlQuery("""
            SELECT a.saga_id, a.id, a.step, a.op, a.attempt, a.started, a.took_micros, a.node, a.target, a.outcome,
                   a.detail, a.trace_id, a.more
            FROM saga s
            JOIN saga_attempt a ON a.saga_id = s.id
            WHERE s.gid = :gid
              AND a.id <= :row
            ORDER BY a.id DESC
            LIMIT :limit
            """)
    @UseRowMapper(AttemptMapper.class)
    List<AttemptRow> before(@Bind("gid") Bytes gid, @Bind("row") long row, @Bind("limit") int limit);

    @SqlQuery("""
            SELECT a.saga_id, a.id, a.step, a.op, a.attempt, a.started, a.took_micros, a.node, a.target, a.outcome,
                   a.detail, a.trace_id, a.more
            FROM saga s
            JOIN saga_attempt a ON a.saga_id = s.id
            WHERE s.gid = :gid
              AND a.id >= :row
            ORDER BY a.id
            LIMIT :limit
            """)
    @UseRowMapper(AttemptMapper.class)
    List<AttemptRow> after(@Bind("gid") Bytes gid, @Bind("row") long row, @Bind("limit") int limit);
}
