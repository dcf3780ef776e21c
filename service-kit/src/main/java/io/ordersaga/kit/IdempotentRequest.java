package io.ordersaga.kit;

import com.google.protobuf.Message;

/// A request that is to be done once, however often it comes.
///
/// @param requestId what the caller calls it, at most 255 ASCII characters; empty when it may be done each
///     time
/// @param body the request itself. Its type stands for the method, so that no two methods share a request
///     type with a request id
/// @param answerType the default instance of what it is answered with
public record IdempotentRequest<A extends Message>(String requestId, Message body, A answerType) {
    public IdempotentRequest {
        if (requestId.length() > 255) {
            throw new IllegalArgumentException("A request id has at most 255 characters, not " + requestId.length());
        }
    }

    String method() {
        return body.getDescriptorForType().getFullName();
    }
}
