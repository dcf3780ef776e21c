package io.ordersaga.transcoder.http;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.Metadata;

/// Where rpcs are called. Safe for any number of threads.
public interface Calls {
    /// Calls the rpc and waits for the answer, no longer than `time` says.
    ///
    /// @throws io.grpc.StatusRuntimeException when whoever serves it, or the way there, says no
    /// @throws io.ordersaga.transcoder.errors.HttpFailureException when it was not asked
    Reply call(MethodDescriptor rpc, DynamicMessage request, Metadata headers, TimeAllowed time);
}
