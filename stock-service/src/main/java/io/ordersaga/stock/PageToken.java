package io.ordersaga.stock;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a page ended: the next one begins after this. Callers see it as an opaque text, whose prefix says
/// which list it belongs to and lets us change what is in it.
final class PageToken {
    /// Of products: the last product's id.
    static final PageToken PRODUCTS = new PageToken("v1:", "[A-Za-z0-9_-]{1,64}");

    /// Of one product's movements: product id and the last movement's number.
    static final PageToken MOVEMENTS = new PageToken("m1:", "[A-Za-z0-9_-]{1,64}:[0-9]{1,18}");

    private final String prefix;
    private final Pattern content;

    private PageToken(String prefix, String content) {
        this.prefix = prefix;
        this.content = Pattern.compile(Pattern.quote(prefix) + "(" + content + ")");
    }

    /// Where the page before ended, or empty when we never gave `text` to anyone for this list.
    Optional<String> parse(String text) {
        try {
            Matcher matcher = content.matcher(new String(Base64.getUrlDecoder().decode(text), UTF_8));
            return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    String text(String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((prefix + last).getBytes(UTF_8));
    }
}
