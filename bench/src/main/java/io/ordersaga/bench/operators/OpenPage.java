package io.ordersaga.bench.operators;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page that somebody has open: it asks for its live region as often as its HTML says, the way htmx does it, and
/// says which version it has. One thread at a time.
final class OpenPage {
    private static final Pattern REGION = Pattern.compile("<div id=\"live\"[^>]*>");
    private static final Pattern HREF = Pattern.compile("hx-get=\"([^\"]+)\"");
    private static final Pattern EVERY = Pattern.compile("every (\\d+)s");
    private static final Pattern VERSION = Pattern.compile("data-version=\"([^\"]*)\"");
    private static final int NOTHING_NEW = 204;

    private final Viewer viewer;
    private final String href;
    private final Duration interval;
    private String version;

    private OpenPage(Viewer viewer, String href, Duration interval, String version) {
        this.viewer = viewer;
        this.href = href;
        this.interval = interval;
        this.version = version;
    }

    /// Opens a page.
    ///
    /// @throws IllegalStateException when the page does not keep itself up to date
    static OpenPage of(Viewer viewer, String path) {
        String region = found(REGION, viewer.open(path), path, 0);
        return new OpenPage(
                viewer,
                found(HREF, region, path, 1).replace("&amp;", "&"),
                Duration.ofSeconds(Long.parseLong(found(EVERY, region, path, 1))),
                found(VERSION, region, path, 1));
    }

    private static String found(Pattern pattern, String text, String path, int group) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException(path + " has no " + pattern);
        }
        return matcher.group(group);
    }

    Duration interval() {
        return interval;
    }

    /// Asks once.
    ///
    /// @return whether there was something new
    /// @throws IllegalStateException when the answer is neither a region nor nothing
    boolean refresh() {
        HttpResponse<String> answer =
                viewer.ask(href, Map.of("HX-Request", "true", "X-Unattended", "true", "X-Page-Version", version));
        if (answer.statusCode() == NOTHING_NEW) {
            return false;
        }
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(href + " answered " + answer.statusCode());
        }
        version = found(VERSION, answer.body(), href, 1);
        return true;
    }
}
