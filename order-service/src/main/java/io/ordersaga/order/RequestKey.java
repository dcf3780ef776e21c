package io.ordersaga.order;

import com.google.protobuf.Message;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/// By what a repeated request is known: who sent it, which method it calls, and the name it gave itself. The hash tells
/// whether it is the same request indeed.
///
/// @param hash SHA-256 of the request
final class RequestKey {
    private final String userId;
    private final String method;
    private final String requestId;
    private final byte[] hash;

    private RequestKey(String userId, String method, String requestId, byte[] hash) {
        this.userId = userId;
        this.method = method;
        this.requestId = requestId;
        this.hash = hash;
    }

    /// Empty for a request without a name.
    ///
    /// @param requestId at most 255 characters of ASCII
    static Optional<RequestKey> of(String userId, String method, String requestId, Message request) {
        return requestId.isEmpty()
                ? Optional.empty()
                : Optional.of(new RequestKey(userId, method, requestId, sha256(request.toByteArray())));
    }

    String userId() {
        return userId;
    }

    String method() {
        return method;
    }

    String requestId() {
        return requestId;
    }

    byte[] hash() {
        return hash.clone();
    }

    boolean isOf(byte[] otherHash) {
        return MessageDigest.isEqual(hash, otherHash);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
