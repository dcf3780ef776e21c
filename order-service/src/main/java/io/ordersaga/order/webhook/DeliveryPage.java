package io.ordersaga.order.webhook;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/// Page tokens of the list of deliveries: the last delivery of the page before.
final class DeliveryPage {
    static final int SIZE_USUAL = 20;
    static final int SIZE_MAX = 100;

    /// More than the clocks of two replicas differ.
    private static final Duration CLOCKS_APART = Duration.ofDays(1);

    /// Where a page begins: behind this delivery.
    public record Position(Instant time, String orderId, long seq) {
        /// Before every delivery. Not a date far in the future: a server may read one beyond 2106 as none at all.
        static Position first(Instant now) {
            return new Position(now.plus(CLOCKS_APART), "", 0);
        }
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
    static Optional<Position> position(String token, Instant now) {
        if (token.isEmpty()) {
            return Optional.of(Position.first(now));
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
