package io.ordersaga.coordinator.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/// What errors of the same kind have in common: the path that was called, and the error without what differs from one
/// call to the next. Two nodes of a participant, two orders, two moments give the same.
public final class ErrorFingerprint {

    /// In hexadecimal digits.
    public static final int LENGTH = 16;

    /// Of an error; what stands behind it says little about its kind.
    private static final int READ_MAX = 512;

    private static final String GAP = "#";

    private record Rule(Pattern pattern, String replacement) {

        static Rule gap(String regex) {
            return new Rule(Pattern.compile(regex), GAP);
        }
    }

    /// In this order: a time has numbers in it, and an address, too. No pattern can go back over what it has read, so
    /// a participant's text cannot make them slow.
    private static final List<Rule> RULES = List.of(
            Rule.gap("\\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\\b"),
            Rule.gap(
                    "\\b\\d{4}-\\d\\d-\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d{1,9})?)?(?:Z|[+-]\\d\\d:?\\d\\d)?)?"),
            Rule.gap("\\b\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?"),
            Rule.gap("\\[[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}](?::\\d{1,5})?"),
            Rule.gap("\\b\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}(?::\\d{1,5})?\\b"),
            // Codes of answers are of the error's kind: `HTTP 503` is another than `HTTP 404`.
            new Rule(Pattern.compile("\\bHTTP ([1-5])(\\d)(\\d)\\b"), "HTTP $1_$2_$3"),
            Rule.gap("\\b(?=[0-9a-fA-F]{0,64}\\d)[0-9a-fA-F]{12,64}\\b"),
            Rule.gap("(?<![0-9_])\\d+(?:\\.\\d+)?(?![0-9_])"));

    private ErrorFingerprint() {}

    /// The error with [#GAP] for what differs.
    public static String pattern(String error) {
        String text = error.length() <= READ_MAX ? error : error.substring(0, READ_MAX);
        for (Rule rule : RULES) {
            text = rule.pattern().matcher(text).replaceAll(rule.replacement());
        }
        return text.replaceAll("HTTP ([1-5])_(\\d)_(\\d)", "HTTP $1$2$3");
    }

    /// [#LENGTH] hexadecimal digits.
    ///
    /// @param target the address that was called
    public static String of(String target, String error) {
        String kind = pattern(path(target)) + '\n' + pattern(error);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(kind.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, LENGTH / 2);
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException("every Java platform has SHA-256", failure);
        }
    }

    /// Without scheme, host and port, and without what a query says.
    static String path(String target) {
        int scheme = target.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        while (start < target.length() && target.charAt(start) == '/') {
            start++;
        }
        int slash = target.indexOf('/', start);
        String path = slash < 0 ? target.substring(start) : target.substring(slash);
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }
}
