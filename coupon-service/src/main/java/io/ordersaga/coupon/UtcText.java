package io.ordersaga.coupon;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Instants as the database is to be told them. As a parameter of a time type, MariaDB takes them for a
/// TIMESTAMP, which ends in 2038, and makes NULL of what is later.
final class UtcText {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private UtcText() {}

    /// In whole milliseconds, from the year 1000 to 9999.
    static String of(Instant instant) {
        return FORMAT.format(instant);
    }
}
