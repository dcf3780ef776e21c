package io.ordersaga.order.webhook;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/// Page tokens of the list of deliveries: the last delivery of the page before.
final class DeliveryPage {
    static final int SIZE_USUAL = 20;
    static final int SIZE_MAX = 100;

    /// Where a page begins: behind this delivery.
    public record Position(Instant time, String orderId, long seq) {
        /// Before every delivery.
        static final Position FIRST = new Position(Instant.parse("9999-12-31T00:00:00Z"), "", 0);
    }

    private DeliveryPage() {}

    static int size(int asked) {
        return asked == 0 ? SIZE_USUAL : Math.min(asked, SIZE_MAX);
    }

    static String token(DeliveryRow last) {
        String text = last.createTime().toEpochMilli() + " " + last.orderId() + " " + last.seq();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Empty when it is no token of ours.
    static Optional<Position> position(String token) {
        if (token.isEmpty()) {
            return Optional.of(Position.FIRST);
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split(" ", -1);
            return parts.length == 3
                    ? Optional.of(new Position(
                            Instant.ofEpochMilli(Long.parseLong(parts[0])), parts[1], Long.parseLong(parts[2])))
                    : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
