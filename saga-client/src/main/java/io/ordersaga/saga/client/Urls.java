package io.ordersaga.saga.client;

import java.util.regex.Pattern;

/// The addresses of branches as DTM writes them.
final class Urls {
    /// `host:port/package.Service/Method`, or an `http://` or `https://` URL; nothing in it needs an escape in JSON.
    private static final Pattern GRPC = Pattern.compile("[^/\\s\"\\\\]+/[\\w.]+/\\w+");

    private static final Pattern HTTP = Pattern.compile("https?://[!-~&&[^\"\\\\]]+");

    private Urls() {}

    static void check(String field, String url) {
        if (!url.chars().allMatch(c -> c > ' ' && c <= '~')
                || !(GRPC.matcher(url).matches() || HTTP.matcher(url).matches())) {
            throw new IllegalArgumentException(
                    "The " + field + " must be host:port/package.Service/Method or an http(s) URL: " + url);
        }
    }
}
