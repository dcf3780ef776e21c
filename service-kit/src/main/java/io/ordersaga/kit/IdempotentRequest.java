package io.ordersaga.kit;

import com.google.protobuf.Message;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A request that is to be done once, however often it comes.
///
/// @param userId whose request it is; another user's may have the same id
/// @param requestId what the caller calls it, at most 255 ASCII characters; empty when it may be done each
///     time
/// @param body the request itself. Its type stands for the method, so that no two methods of a service share a
///     request type with a request id
/// @param answerType the default instance of what it is answered with
public record IdempotentRequest<A extends Message>(String userId, String requestId, Message body, A answerType) {
    /// A request of the caller of this thread for itself.
    public IdempotentRequest(String requestId, Message body, A answerType) {
        this(Caller.current().userId(), requestId, body, answerType);
    }

    public IdempotentRequest {
        if (requestId.length() > 255) {
            throw new IllegalArgumentException("A request id has at most 255 characters, not " + requestId.length());
        }
    }

    boolean named() {
        return !requestId.isEmpty();
    }

    /// By what it is known when it comes again.
    IdempotencyTable.Key key() {
        String type = body.getDescriptorForType().getName();
        String method = type.endsWith("Request") ? type.substring(0, type.length() - "Request".length()) : type;
        return new IdempotencyTable.Key(userId, method, requestId, sha256(body.toByteArray()));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
