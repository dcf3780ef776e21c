package io.ordersaga.stock;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What staff change of a product; null is left as it is.
///
/// @param unitPriceMinor in the minor unit of `currency`; both are null or none is
/// @param version the only one that may be changed; null when any may
public record ProductChange(
        String productId,
        @Nullable String sku,
        @Nullable String title,
        @Nullable String currency,
        @Nullable Long unitPriceMinor,
        @Nullable Boolean active,
        @Nullable Long version) {
    private static final Pattern ETAG = Pattern.compile("([0-9]{1,18})\\.[0-9]{1,18}");

    /// What no product has.
    private static final long NO_VERSION = -1;

    /// The version that an etag of [Product] stands for; -1, which no product has, when it is none of ours.
    static long versionOf(String etag) {
        Matcher parts = ETAG.matcher(etag);
        return parts.matches() ? Long.parseLong(parts.group(1)) : NO_VERSION;
    }
}
