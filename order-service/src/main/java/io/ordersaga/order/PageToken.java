package io.ordersaga.order;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where the next page of a list begins: behind the last row of the page before. A token belongs to the
/// question it was given for, and is refused with any other. It grants nothing: whose rows are shown is
/// decided by each request anew.
///
/// @param time of the last row, in whole milliseconds
/// @param id of the last row
record PageToken(Instant time, String id) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /// What the database can compare with.
    private static final Instant TIME_MAX = Instant.parse("9998-12-31T00:00:00Z");

    /// @param question everything that the list depends on
    String encode(String question) {
        byte[] text = id.getBytes(StandardCharsets.US_ASCII);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(2 * Long.BYTES + text.length)
                        .putLong(hash(question))
                        .putLong(time.toEpochMilli())
                        .put(text)
                        .array());
    }

    /// Empty for the first page.
    ///
    /// @throws io.ordersaga.kit.RefusalException INVALID_ARGUMENT about the field `page_token`
    static Optional<PageToken> decode(String token, String question) {
        if (token.isEmpty()) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
            long hash = bytes.getLong();
            Instant time = Instant.ofEpochMilli(bytes.getLong());
            byte[] text = new byte[bytes.remaining()];
            bytes.get(text);
            String id = new String(text, StandardCharsets.US_ASCII);
            if (hash != hash(question) || !ID.matcher(id).matches() || time.isAfter(TIME_MAX)) {
                throw invalid();
            }
            return Optional.of(new PageToken(time, id));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw invalid();
        }
    }

    private static RuntimeException invalid() {
        return Refusals.DOMAIN.invalidField("page_token", "is not one of this list");
    }

    private static long hash(String question) {
        try {
            return ByteBuffer.wrap(
                            MessageDigest.getInstance("SHA-256").digest(question.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
