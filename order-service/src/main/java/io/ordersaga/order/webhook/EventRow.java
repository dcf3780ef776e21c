package io.ordersaga.order.webhook;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Something that happened to an order, as its columns hold it.
///
/// @param seq rises along the order's life, with gaps
/// @param type such as `PAID`
/// @param fromState without a value in the first event
/// @param detail a JSON object of strings
public record EventRow(
        String orderId,
        long seq,
        String type,
        String actor,
        @Nullable String fromState,
        String toState,
        @Nullable String gid,
        String detail,
        Instant eventTime) {
    private static final String PREFIX = "order.";

    String eventId() {
        return eventId(orderId, seq);
    }

    /// `order.paid` for `PAID`.
    String publicType() {
        return publicType(type);
    }

    static String eventId(String orderId, long seq) {
        return orderId + "." + seq;
    }

    static String publicType(String type) {
        return PREFIX + type.toLowerCase(Locale.ROOT);
    }

    /// `PAID` for `order.paid`.
    static String type(String publicType) {
        return publicType.substring(PREFIX.length()).toUpperCase(Locale.ROOT);
    }
}
