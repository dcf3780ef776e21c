package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;

/// How the engine's types and the table's columns meet. Instants travel as UTC date-times, so that neither the
/// JVM's nor the connection's time zone has a say.
final class SagaTypes {

    private SagaTypes() {}

    static Jdbi register(Jdbi jdbi) {
        jdbi.registerArgument(new BytesArguments());
        jdbi.registerArgument(new InstantArguments());
        jdbi.registerColumnMapper(Bytes.class, (row, column, context) -> {
            byte[] content = row.getBytes(column);
            return content == null ? null : Bytes.of(content);
        });
        jdbi.registerColumnMapper(Instant.class, (row, column, context) -> {
            LocalDateTime utc = row.getObject(column, LocalDateTime.class);
            return utc == null ? null : utc.toInstant(ZoneOffset.UTC);
        });
        return jdbi;
    }

    private static final class BytesArguments extends AbstractArgumentFactory<Bytes> {

        BytesArguments() {
            super(Types.VARBINARY);
        }

        @Override
        protected Argument build(Bytes value, ConfigRegistry config) {
            return (position, statement, context) -> statement.setBytes(position, value.toArray());
        }
    }

    private static final class InstantArguments extends AbstractArgumentFactory<Instant> {

        InstantArguments() {
            super(Types.TIMESTAMP);
        }

        @Override
        protected Argument build(Instant value, ConfigRegistry config) {
            LocalDateTime utc = LocalDateTime.ofInstant(value, ZoneOffset.UTC);
            return (position, statement, context) -> statement.setObject(position, utc);
        }
    }
}
