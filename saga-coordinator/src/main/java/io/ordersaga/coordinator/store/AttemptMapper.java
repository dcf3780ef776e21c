package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Op;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/// Reads a row of the journal. Public because JDBI makes it.
public final class AttemptMapper implements RowMapper<Attempt> {

    @Override
    public Attempt map(ResultSet row, StatementContext context) throws SQLException {
        String op = row.getString("op");
        return new Attempt(
                row.getLong("saga_id"),
                row.getInt("step"),
                Arrays.stream(Op.values())
                        .filter(known -> known.wireName().equals(op))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("unknown op " + op)),
                row.getInt("attempt"),
                row.getObject("started", LocalDateTime.class).toInstant(ZoneOffset.UTC),
                Duration.ofNanos(row.getLong("took_micros") * 1_000),
                row.getString("node"),
                row.getString("target"),
                row.getString("outcome"),
                row.getString("detail"),
                Optional.ofNullable(row.getString("trace_id")));
    }
}
