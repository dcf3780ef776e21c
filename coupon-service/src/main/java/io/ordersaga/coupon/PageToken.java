package io.ordersaga.coupon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a page ended: the next one begins after this. Callers see it as an opaque text, whose prefix says
/// which list it belongs to and lets us change what is in it.
final class PageToken {
    private static final Pattern TEMPLATES = Pattern.compile("t1:([A-Za-z0-9_-]{1,64})");
    private static final Pattern COUPONS = Pattern.compile("c1:([0-9]{1,15}):([A-Za-z0-9_-]{1,64})");

    private PageToken() {}

    /// The coupon where a page ended: when it was made, in whole milliseconds, and its id.
    record Position(Instant createTime, String couponId) {
        /// Before the latest.
        static final Position FIRST = new Position(Instant.parse("9999-12-31T00:00:00Z"), "");
    }

    static String ofTemplate(String couponTemplateId) {
        return encoded("t1:" + couponTemplateId);
    }

    static String ofCoupon(Coupon coupon) {
        return encoded("c1:" + coupon.createTime().toEpochMilli() + ":" + coupon.couponId());
    }

    /// The template where the page before ended, or empty when we never gave `text` to anyone for this
    /// list.
    static Optional<String> template(String text) {
        return decoded(text, TEMPLATES).map(matcher -> matcher.group(1));
    }

    /// The same for coupons.
    static Optional<Position> coupon(String text) {
        return decoded(text, COUPONS)
                .map(matcher -> new Position(Instant.ofEpochMilli(Long.parseLong(matcher.group(1))), matcher.group(2)));
    }

    private static String encoded(String content) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(content.getBytes(UTF_8));
    }

    private static Optional<Matcher> decoded(String text, Pattern pattern) {
        try {
            Matcher matcher = pattern.matcher(new String(Base64.getUrlDecoder().decode(text), UTF_8));
            return matcher.matches() ? Optional.of(matcher) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
