package io.ordersaga.transcoder.http;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The services at the other end of a channel. There are no stubs of them: messages are read and written
/// by their descriptors. Does not own the channel.
public final class RpcChannel implements Calls {
    private final Channel channel;
    private final Map<MethodDescriptor, io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage>> methods =
            new HashMap<>();

    public RpcChannel(Channel channel, List<ServiceDescriptor> services) {
        this.channel = channel;
        for (ServiceDescriptor service : services) {
            for (MethodDescriptor rpc : service.getMethods()) {
                methods.put(rpc, grpcMethod(rpc));
            }
        }
    }

    /// Whether the rpc is of one of these services.
    public boolean has(MethodDescriptor rpc) {
        return methods.containsKey(rpc);
    }

    @Override
    public Reply call(MethodDescriptor rpc, DynamicMessage request, Metadata headers, TimeAllowed time) {
        AtomicReference<Metadata> responseHeaders = new AtomicReference<>(new Metadata());
        AtomicReference<Metadata> trailers = new AtomicReference<>(new Metadata());
        Channel withHeaders = ClientInterceptors.intercept(
                channel,
                MetadataUtils.newAttachHeadersInterceptor(headers),
                MetadataUtils.newCaptureMetadataInterceptor(responseHeaders, trailers));
        CallOptions options =
                CallOptions.DEFAULT.withDeadlineAfter(time.duration().toNanos(), TimeUnit.NANOSECONDS);
        io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> method = methods.get(rpc);
        if (method == null) {
            throw new IllegalArgumentException(rpc.getFullName() + " is not at the end of this channel");
        }
        try {
            DynamicMessage message = ClientCalls.blockingUnaryCall(withHeaders, method, options, request);
            Metadata metadata = new Metadata();
            metadata.merge(responseHeaders.get());
            metadata.merge(trailers.get());
            return new Reply(message, metadata);
        } catch (StatusRuntimeException e) {
            throw brokenAnswer(e)
                    ? new StatusRuntimeException(Status.INTERNAL.withCause(e))
                    : with(e, responseHeaders.get());
        }
    }

    /// A service that refuses may have sent headers before; gRPC keeps the trailers only.
    private static StatusRuntimeException with(StatusRuntimeException e, @Nullable Metadata responseHeaders) {
        @Nullable Metadata trailers = e.getTrailers();
        Metadata all = new Metadata();
        if (responseHeaders != null) {
            all.merge(responseHeaders);
        }
        if (trailers != null) {
            all.merge(trailers);
        }
        return new StatusRuntimeException(e.getStatus(), all);
    }

    /// gRPC cancels a call whose answer it cannot read, and then it looks as if somebody had given up.
    private static boolean brokenAnswer(StatusRuntimeException e) {
        Throwable cause = e.getStatus().getCause();
        return e.getStatus().getCode() == Status.Code.CANCELLED
                && cause != null
                && !(cause instanceof InterruptedException);
    }

    private static io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> grpcMethod(MethodDescriptor rpc) {
        return io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(io.grpc.MethodDescriptor.generateFullMethodName(
                        rpc.getService().getFullName(), rpc.getName()))
                .setRequestMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(rpc.getInputType())))
                .setResponseMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(rpc.getOutputType())))
                .build();
    }
}
