package io.ordersaga.coordinator.admin.page;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.context.MessageSource;
import org.springframework.context.NoSuchMessageException;
import org.springframework.context.support.ResourceBundleMessageSource;

/// The page's texts in its languages. Both bundles have the same keys; a test checks it. Thread-safe.
final class Texts {

    static final Locale ENGLISH = Locale.ENGLISH;
    static final Locale CHINESE = Locale.SIMPLIFIED_CHINESE;
    static final List<Locale> LANGUAGES = List.of(ENGLISH, CHINESE);

    private static final Pattern GAP = Pattern.compile("\\{([a-z_]+)}");

    private final ResourceBundleMessageSource bundles = new ResourceBundleMessageSource();

    Texts() {
        bundles.setBasename("page/messages/messages");
        bundles.setDefaultEncoding(StandardCharsets.UTF_8.name());
        bundles.setFallbackToSystemLocale(false);
    }

    MessageSource source() {
        return bundles;
    }

    /// @throws NoSuchMessageException for a key that is in no bundle
    String text(Locale language, String key, Object... arguments) {
        return bundles.getMessage(key, arguments.length == 0 ? null : arguments, language);
    }

    /// A text whose gaps have names, as the API's sentences have. Empty when there is none of this key, or when the
    /// arguments do not fill it: then the API's own English says more.
    Optional<String> sentence(Locale language, String key, Map<String, String> arguments) {
        String pattern = bundles.getMessage(key, null, "", language);
        if (pattern == null || pattern.isEmpty()) {
            return Optional.empty();
        }
        Matcher gaps = GAP.matcher(pattern);
        StringBuilder filled = new StringBuilder();
        while (gaps.find()) {
            String value = arguments.get(gaps.group(1));
            if (value == null) {
                return Optional.empty();
            }
            gaps.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return Optional.of(gaps.appendTail(filled).toString());
    }
}
