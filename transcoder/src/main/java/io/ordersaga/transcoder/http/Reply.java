package io.ordersaga.transcoder.http;

import com.google.protobuf.DynamicMessage;
import io.grpc.Metadata;

/// What an rpc answered.
///
/// @param metadata the response headers, and the trailers where a name is in both
public record Reply(DynamicMessage message, Metadata metadata) {}
