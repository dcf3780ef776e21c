package io.ordersaga.coordinator.transport;

import java.util.Optional;

/// `host:port/package.Service/Method`, with `dns:///` before it when the name stands for several addresses.
///
/// @param target what a channel is made for
/// @param method the full method name
record GrpcAddress(String target, String method) {

    private static final String DNS = "dns:///";
    private static final int PORT_DIGITS_MAX = 5;

    static Optional<GrpcAddress> parse(String url) {
        int host = url.startsWith(DNS) ? DNS.length() : 0;
        int service = url.indexOf('/', host);
        int port = service < 0 ? -1 : url.lastIndexOf(':', service);
        int method = service < 0 ? -1 : url.indexOf('/', service + 1);
        boolean isAddress = port > host
                && isHost(url, host, port)
                && isPort(url, port + 1, service)
                && isName(url, service + 1, method, true)
                && isName(url, method + 1, url.length(), false);
        return isAddress
                ? Optional.of(new GrpcAddress(url.substring(0, service), url.substring(service + 1)))
                : Optional.empty();
    }

    /// A name, an IPv4 address, or an IPv6 address in brackets.
    private static boolean isHost(String url, int from, int to) {
        if (url.charAt(from) == '[') {
            for (int index = from + 1; index < to - 1; index++) {
                char character = url.charAt(index);
                if (Character.digit(character, 16) < 0 && character != ':' && character != '.') {
                    return false;
                }
            }
            return to - from > 2 && url.charAt(to - 1) == ']';
        }
        for (int index = from; index < to; index++) {
            char character = url.charAt(index);
            if (character == ':' || character == '/' || Character.isWhitespace(character)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPort(String url, int from, int to) {
        for (int index = from; index < to; index++) {
            if (url.charAt(index) < '0' || url.charAt(index) > '9') {
                return false;
            }
        }
        return from < to && to - from <= PORT_DIGITS_MAX;
    }

    private static boolean isName(String url, int from, int to, boolean mayHaveDots) {
        for (int index = from; index < to; index++) {
            char character = url.charAt(index);
            boolean isWord = (character >= 'a' && character <= 'z')
                    || (character >= 'A' && character <= 'Z')
                    || (character >= '0' && character <= '9')
                    || character == '_';
            if (!isWord && !(mayHaveDots && character == '.')) {
                return false;
            }
        }
        return from < to;
    }
}
