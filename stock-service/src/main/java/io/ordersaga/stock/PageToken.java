package io.ordersaga.stock;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a page of products ended: the next one begins after this id. Callers see it as an opaque text, whose version
/// lets us change what is in it.
record PageToken(String afterProductId) {
    /// Before every product.
    static final PageToken FIRST_PAGE = new PageToken("");

    private static final Pattern CONTENT = Pattern.compile("v1:([A-Za-z0-9_-]{1,64})");

    /// The token that `text` stands for, or empty when we never gave it to anyone.
    static Optional<PageToken> parse(String text) {
        if (text.isEmpty()) {
            return Optional.of(FIRST_PAGE);
        }
        try {
            Matcher content = CONTENT.matcher(new String(Base64.getUrlDecoder().decode(text), UTF_8));
            return content.matches() ? Optional.of(new PageToken(content.group(1))) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(("v1:" + afterProductId).getBytes(UTF_8));
    }
}
