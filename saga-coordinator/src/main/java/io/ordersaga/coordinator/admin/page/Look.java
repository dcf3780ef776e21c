package io.ordersaga.coordinator.admin.page;

import jakarta.servlet.http.Cookie;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.function.ServerRequest;

/// How a viewer wants to see the page, by cookies that hold no secret, and by what their browser says.
///
/// @param theme `light` or `dark`; null when their system decides
/// @param path of the page, to come back to
record Look(Formats formats, @Nullable String theme, String path) {

    static final String LANGUAGE = "ordersaga-language";
    private static final String ZONE = "ordersaga-zone";
    private static final String THEME = "ordersaga-theme";

    static Look of(ServerRequest request, Texts texts, Instant now) {
        Locale language = cookie(request, LANGUAGE)
                .or(() -> Optional.of(accepted(request.headers().acceptLanguage())))
                .map(tag -> tag.startsWith("zh") ? Texts.CHINESE : Texts.ENGLISH)
                .orElse(Texts.ENGLISH);
        String theme = cookie(request, THEME)
                .filter(one -> one.equals("dark") || one.equals("light"))
                .orElse(null);
        String query = request.uri().getRawQuery();
        String path = request.uri().getRawPath() + (query == null ? "" : "?" + query);
        return new Look(new Formats(texts, language, zone(request), now), theme, path);
    }

    Locale language() {
        return formats.language();
    }

    private static String accepted(List<Locale.LanguageRange> ranges) {
        Locale found = Locale.lookup(ranges, List.of(Locale.ENGLISH, Locale.CHINESE, Locale.SIMPLIFIED_CHINESE));
        return found == null ? "en" : found.getLanguage();
    }

    private static ZoneId zone(ServerRequest request) {
        try {
            return ZoneId.of(cookie(request, ZONE)
                    .map(value -> java.net.URLDecoder.decode(value, java.nio.charset.StandardCharsets.UTF_8))
                    .orElse("UTC"));
        } catch (DateTimeException | IllegalArgumentException unknown) {
            // A browser of a newer zone database than ours: the exact time still has its zone behind it.
            return ZoneOffset.UTC;
        }
    }

    static Optional<String> cookie(ServerRequest request, String name) {
        return Optional.ofNullable(request.cookies().getFirst(name)).map(Cookie::getValue);
    }
}
