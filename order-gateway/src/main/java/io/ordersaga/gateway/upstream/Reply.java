package io.ordersaga.gateway.upstream;

import com.google.protobuf.DynamicMessage;
import io.grpc.Metadata;

/// What an upstream answered.
///
/// @param metadata the response headers, and the trailers where a name is in both
public record Reply(DynamicMessage message, Metadata metadata) {}
