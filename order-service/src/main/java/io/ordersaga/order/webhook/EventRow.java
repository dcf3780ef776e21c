package io.ordersaga.order.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something that happened to an order, as its columns hold it.
///
/// @param seq counts the events of one order from 1
/// @param type such as `order.paid`
/// @param detail a JSON object
public record EventRow(
        String orderId,
        int seq,
        String type,
        String actor,
        @Nullable String fromState,
        @Nullable String toState,
        @Nullable String gid,
        @Nullable String detail,
        Instant createTime) {
    String eventId() {
        return orderId + "." + seq;
    }
}
