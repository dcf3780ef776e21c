package io.ordersaga.order;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// By what a repeated request is known: who sent it, which method it calls, and the name it gave itself.
/// The hash tells whether it is the same request indeed.
///
/// @param requestId at most 255 characters of ASCII
/// @param hash SHA-256 of the request, in hexadecimal digits
public record RequestKey(String userId, String method, String requestId, String hash) {
    /// Empty for a request without a name.
    static Optional<RequestKey> of(String userId, String method, String requestId, byte[] request) {
        return requestId.isEmpty()
                ? Optional.empty()
                : Optional.of(new RequestKey(userId, method, requestId, sha256(request)));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
