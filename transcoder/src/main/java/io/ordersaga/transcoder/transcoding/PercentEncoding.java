package io.ordersaga.transcoder.transcoding;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/// Strict percent-decoding: broken escapes and bytes that are not UTF-8 are refused, not replaced.
final class PercentEncoding {
    private PercentEncoding() {}

    static Optional<String> decode(String text) {
        return decode(text, false);
    }

    /// Leaves `%2F` as it is, so that an encoded slash in a value of several segments is told from a separator.
    static Optional<String> decodeExceptSlash(String text) {
        return decode(text, true);
    }

    /// As in a query string, where `+` is a space.
    static Optional<String> decodeQuery(String text) {
        return decode(text.replace('+', ' '), false);
    }

    private static Optional<String> decode(String text, boolean keepSlash) {
        if (text.indexOf('%') < 0) {
            return Optional.of(text);
        }
        // Every character outside an escape gives at most 3 bytes.
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * 3);
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character != '%') {
                int end = i + 1;
                while (end < text.length() && text.charAt(end) != '%') {
                    end++;
                }
                bytes.put(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end - 1;
            } else if (i + 2 < text.length()
                    && HexFormat.isHexDigit(text.charAt(i + 1))
                    && HexFormat.isHexDigit(text.charAt(i + 2))) {
                byte value = (byte) HexFormat.fromHexDigits(text, i + 1, i + 3);
                if (keepSlash && value == '/') {
                    bytes.put(text.substring(i, i + 3).getBytes(StandardCharsets.US_ASCII));
                } else {
                    bytes.put(value);
                }
                i += 2;
            } else {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
