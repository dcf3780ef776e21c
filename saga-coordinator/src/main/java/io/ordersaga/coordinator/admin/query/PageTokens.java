package io.ordersaga.coordinator.admin.query;

import io.ordersaga.kit.ErrorDomain;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/// Says where a page goes on. A token belongs to its question: the same filter, the same order.
public final class PageTokens {

    private static final int MARK_LENGTH = 12;

    private final ErrorDomain domain;

    public PageTokens(ErrorDomain domain) {
        this.domain = domain;
    }

    /// Names the place where the next page begins.
    ///
    /// @param position what comes next, in printable ASCII
    public String token(String question, String position) {
        String text = mark(question) + position;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// What was given to [#token]; empty for the first page. INVALID_ARGUMENT `page_token` for a token of another
    /// question.
    public Optional<String> position(String question, String token) {
        if (token.isEmpty()) {
            return Optional.empty();
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
            if (text.startsWith(mark(question))) {
                return Optional.of(text.substring(MARK_LENGTH));
            }
        } catch (IllegalArgumentException notBase64) {
            throw foreign();
        }
        throw foreign();
    }

    /// Of a position that is a number.
    public Optional<Long> number(String question, String token) {
        try {
            return position(question, token).map(Long::parseLong);
        } catch (NumberFormatException notOurs) {
            throw foreign();
        }
    }

    RuntimeException foreign() {
        return domain.invalidField("page_token", "is no token of this list; ask for the first page");
    }

    private static String mark(String question) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(question.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, MARK_LENGTH / 2);
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException("every Java platform has SHA-256", failure);
        }
    }
}
