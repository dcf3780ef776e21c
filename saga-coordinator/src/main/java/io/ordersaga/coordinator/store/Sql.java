package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// A statement of many rows, with its values written into it. Statements of every length occur, and preparing each
/// would cost the server more than reading it; measured, one such statement changes four times as many rows in a
/// second as a JDBC batch does.
///
/// Nothing of a value reaches the statement as it is: numbers are printed as such, and everything else as
/// hexadecimal digits, whose type is the same for every server and every setting of the driver.
final class Sql {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    private final StringBuilder text;

    Sql(String start) {
        text = new StringBuilder(start);
    }

    Sql add(String sql) {
        text.append(sql);
        return this;
    }

    Sql number(long value) {
        text.append(value);
        return this;
    }

    Sql bytes(Bytes value) {
        return bytes(value.toArray());
    }

    private Sql bytes(byte[] value) {
        text.append("X'");
        for (byte each : value) {
            text.append(HEX[(each >> 4) & 0xF]).append(HEX[each & 0xF]);
        }
        text.append('\'');
        return this;
    }

    Sql text(String value) {
        text.append("CONVERT(");
        bytes(value.getBytes(StandardCharsets.UTF_8));
        text.append(" USING utf8mb4)");
        return this;
    }

    Sql maybeNumber(Optional<Long> value) {
        return value.map(this::number).orElseGet(this::none);
    }

    Sql maybeBytes(Optional<Bytes> value) {
        return value.map(this::bytes).orElseGet(this::none);
    }

    Sql maybeText(Optional<String> value) {
        return value.map(this::text).orElseGet(this::none);
    }

    Sql instant(Instant value) {
        text.append("TIMESTAMP'");
        MICROS.formatTo(LocalDateTime.ofInstant(value, ZoneOffset.UTC), text);
        text.append('\'');
        return this;
    }

    private Sql none() {
        return add("NULL");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
