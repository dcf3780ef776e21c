package io.ordersaga.order;

import java.util.Map;

/// Why an order was rejected, as whoever refused it said.
///
/// @param domain who refused, such as `stock.ordersaga`
/// @param reason for programs, such as `OUT_OF_STOCK`
/// @param message for people
/// @param metadata what the reason is about
public record Rejection(String domain, String reason, String message, Map<String, String> metadata) {
    /// What the columns hold; a participant may answer with whole pages.
    private static final int WORD_LENGTH_MAX = 64;

    private static final int MESSAGE_LENGTH_MAX = 1000;

    public Rejection {
        domain = cut(domain, WORD_LENGTH_MAX);
        reason = cut(reason, WORD_LENGTH_MAX);
        message = cut(message, MESSAGE_LENGTH_MAX);
        metadata = Map.copyOf(metadata);
    }

    private static String cut(String text, int lengthMax) {
        if (text.length() <= lengthMax) {
            return text;
        }
        // Never between the two halves of one character.
        int end = Character.isHighSurrogate(text.charAt(lengthMax - 1)) ? lengthMax - 1 : lengthMax;
        return text.substring(0, end);
    }
}
