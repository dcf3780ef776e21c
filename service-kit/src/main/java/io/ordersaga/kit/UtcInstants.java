package io.ordersaga.kit;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// An [Instant] is a DATETIME column in UTC, digit by digit. The types of `java.sql` would bring the time zone of this
/// JVM and that of the connection into it.
final class UtcInstants extends AbstractArgumentFactory<Instant> implements ColumnMapper<Instant> {
    UtcInstants() {
        super(Types.TIMESTAMP);
    }

    @Override
    public @Nullable Instant map(ResultSet row, int column, StatementContext context) throws SQLException {
        @Nullable LocalDateTime time = row.getObject(column, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    @Override
    protected Argument build(Instant value, ConfigRegistry config) {
        LocalDateTime time = LocalDateTime.ofInstant(value, ZoneOffset.UTC);
        return (int position, PreparedStatement statement, StatementContext context) ->
                statement.setObject(position, time);
    }
}
