package io.ordersaga.coordinator.admin.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a session's or a machine's bearer has: 256 random bits behind a mark that says which, so that a
/// token in the wrong place is found by those who look for them. Nobody can guess one, so a plain hash
/// hides it well.
final class BearerToken {
    static final String SESSION = "oss_";
    static final String MACHINE = "ost_";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern FORM = Pattern.compile("os[st]_[A-Za-z0-9_-]{43}");
    private static final Pattern AUTHORIZATION = Pattern.compile("[Bb]earer +(\\S{1,100})");

    private BearerToken() {}

    /// A new one.
    ///
    /// @param mark [#SESSION] or [#MACHINE]
    static String make(String mark) {
        return mark + random(32);
    }

    /// So many random bytes, as text without special characters.
    static String random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /// The token in the value of a header `Authorization`, if it is one.
    static Optional<String> inHeader(String authorization) {
        var header = AUTHORIZATION.matcher(authorization);
        return header.matches() && FORM.matcher(header.group(1)).matches()
                ? Optional.of(header.group(1))
                : Optional.empty();
    }

    static boolean isForm(String text) {
        return FORM.matcher(text).matches();
    }

    /// SHA-256 as hexadecimal digits.
    static String hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
