package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Attempt;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/// Reads a row of the journal. Public because JDBI makes it.
public final class AttemptMapper implements RowMapper<AttemptRow> {

    @Override
    public AttemptRow map(ResultSet row, StatementContext context) throws SQLException {
        Attempt first = new Attempt(
                row.getLong("saga_id"),
                row.getInt("step"),
                MoreAttempts.op(row.getString("op")),
                row.getInt("attempt"),
                row.getObject("started", LocalDateTime.class).toInstant(ZoneOffset.UTC),
                Duration.ofNanos(row.getLong("took_micros") * 1_000),
                row.getString("node"),
                row.getString("target"),
                row.getString("outcome"),
                row.getString("detail"),
                Optional.ofNullable(row.getString("trace_id")));
        List<Attempt> attempts = new ArrayList<>(List.of(first));
        String more = row.getString("more");
        if (more != null) {
            attempts.addAll(MoreAttempts.read(first, more));
        }
        return new AttemptRow(row.getLong("id"), attempts);
    }
}
