package io.ordersaga.bench;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// What a run's folder and file are called: the moment of its start, so that a list of them is in order.
final class RunName {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private RunName() {}

    static String now() {
        return LocalDateTime.now(ZoneId.systemDefault()).format(FORMAT);
    }
}
