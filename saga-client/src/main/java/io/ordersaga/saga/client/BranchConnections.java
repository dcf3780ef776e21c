package io.ordersaga.saga.client;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Connections to branches that are called by their initiator and not by the coordinator: the tries of a
/// [Tcc]. Thread-safe; close it when no transaction runs any more.
public final class BranchConnections implements AutoCloseable {
    /// Addresses of gRPC branches; they come from configuration, so more of them are a mistake.
    private static final int ADDRESSES_MAX = 200;

    private final Function<String, ManagedChannel> connect;
    private final Duration deadline;
    private final HttpBranches http;
    private final Map<String, ManagedChannel> channels = new LinkedHashMap<>();
    private boolean closed;

    /// Connections as `connect` makes them.
    ///
    /// @param connect makes a channel to a `host:port`, or `dns:///host:port`, once for each; it is
    ///     closed with this object
    /// @param deadline of each call
    public BranchConnections(Function<String, ManagedChannel> connect, Duration deadline) {
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException("A deadline must be positive: " + deadline);
        }
        this.connect = connect;
        this.deadline = deadline;
        this.http = new HttpBranches(deadline);
    }

    /// Connections without TLS, as DTM's own clients make them. Needs a gRPC transport, such as
    /// grpc-netty, at run time.
    public static BranchConnections plaintext(Duration deadline) {
        return new BranchConnections(
                address -> Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
                        .build(),
                deadline);
    }

    /// @param coordinator where a participant registers branches of its own; empty when it cannot
    ByteString call(
            String url, BranchContext branch, Payload payload, Map<String, String> headers, String coordinator) {
        if (Urls.isHttp(url)) {
            return http.call(url, branch, payload, headers, coordinator);
        }
        Metadata metadata = branch.toMetadata();
        metadata.put(key("dtm-dtm"), coordinator);
        headers.forEach((name, value) -> metadata.put(key(name), value));
        Urls.GrpcMethod method = Urls.grpc(url);
        Channel channel = ClientInterceptors.intercept(
                channel(method.address()), MetadataUtils.newAttachHeadersInterceptor(metadata));
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
        try {
            return ByteString.copyFrom(ClientCalls.blockingUnaryCall(
                    channel, method(method.name()), options, payload.toBytes().toByteArray()));
        } catch (StatusRuntimeException e) {
            // Participants older than DTM 1.10 say so when they are still at it.
            if (e.getStatus().getCode() == Status.Code.ABORTED
                    && !"ONGOING".equals(e.getStatus().getDescription())) {
                throw BranchRefusedException.from(StatusProto.fromThrowable(e), e);
            }
            throw e;
        }
    }

    private synchronized ManagedChannel channel(String address) {
        if (closed) {
            throw new IllegalStateException("The connections are closed");
        }
        ManagedChannel known = channels.get(address);
        if (known != null) {
            return known;
        }
        if (channels.size() >= ADDRESSES_MAX) {
            throw new IllegalStateException(
                    "Branches have at most " + ADDRESSES_MAX + " addresses; one more is " + address);
        }
        ManagedChannel channel = connect.apply(address);
        channels.put(address, channel);
        return channel;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.newBuilder(new RawBytes(), new RawBytes())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .build();
    }

    /// Cuts what is under way.
    @Override
    public synchronized void close() {
        closed = true;
        channels.values().forEach(ManagedChannel::shutdownNow);
        http.close();
    }
}
