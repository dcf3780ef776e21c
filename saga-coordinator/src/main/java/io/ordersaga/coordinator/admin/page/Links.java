package io.ordersaga.coordinator.admin.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// Addresses of pages. A gid may hold anything, so it is always an argument and never a part of a path.
final class Links {

    private Links() {}

    static String transaction(String gid) {
        return "/transaction?gid=" + encoded(gid);
    }

    static String transactions(String filter) {
        return filter.isEmpty() ? "/transactions" : "/transactions?filter=" + encoded(filter);
    }

    /// What the filter's grammar makes of a value: quoted, so that blanks and commas are the value's own.
    static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
