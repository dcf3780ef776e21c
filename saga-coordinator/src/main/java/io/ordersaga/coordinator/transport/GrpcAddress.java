package io.ordersaga.coordinator.transport;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `host:port/package.Service/Method`, with `dns:///` before it when the name stands for several addresses.
///
/// @param target what a channel is made for
/// @param method the full method name
record GrpcAddress(String target, String method) {

    private static final Pattern FORM = Pattern.compile("((?:dns:///)?[^/\\s:]+:\\d{1,5})/([\\w.]+/\\w+)");
    private static final Pattern IPV6_FORM =
            Pattern.compile("((?:dns:///)?\\[[0-9a-fA-F:.]+]:\\d{1,5})/([\\w.]+/\\w+)");

    static Optional<GrpcAddress> parse(String url) {
        for (Pattern form : new Pattern[] {FORM, IPV6_FORM}) {
            Matcher matcher = form.matcher(url);
            if (matcher.matches()) {
                return Optional.of(new GrpcAddress(matcher.group(1), matcher.group(2)));
            }
        }
        return Optional.empty();
    }
}
