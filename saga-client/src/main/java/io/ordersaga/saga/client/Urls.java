package io.ordersaga.saga.client;

import java.util.regex.Pattern;

/// The addresses of branches as DTM writes them.
final class Urls {
    /// `host:port/package.Service/Method`, or an `http://` or `https://` URL; nothing in it needs an
    /// escape in JSON.
    private static final Pattern GRPC = Pattern.compile("(dns:///)?[^/\\s\"\\\\]+/[\\w.]+/\\w+");

    private static final Pattern HTTP = Pattern.compile("https?://[!-~&&[^\"\\\\]]+");

    private static final Pattern TOPIC_NAME = Pattern.compile("[!-~&&[^\"\\\\/]]{1,128}");

    static final String TOPIC = "topic://";

    private Urls() {}

    static String check(String field, String url) {
        if (!url.chars().allMatch(c -> c > ' ' && c <= '~')
                || !(GRPC.matcher(url).matches() || isHttp(url))) {
            throw new IllegalArgumentException(
                    "The " + field + " must be host:port/package.Service/Method or an http(s) URL: " + url);
        }
        return url;
    }

    /// Like [#check], but no address at all is fine: nothing is called then.
    static String checkOptional(String field, String url) {
        return url.isEmpty() ? url : check(field, url);
    }

    static String topic(String name) {
        if (!TOPIC_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "A topic has 1 to 128 characters of printable ASCII, without blank, '/', '\"' and '\\': " + name);
        }
        return TOPIC + name;
    }

    /// Where a gRPC method is, and its full name.
    record GrpcMethod(String address, String name) {}

    static GrpcMethod grpc(String url) {
        int slash = url.lastIndexOf('/', url.lastIndexOf('/') - 1);
        return new GrpcMethod(url.substring(0, slash), url.substring(slash + 1));
    }

    static boolean isHttp(String url) {
        return HTTP.matcher(url).matches();
    }
}
