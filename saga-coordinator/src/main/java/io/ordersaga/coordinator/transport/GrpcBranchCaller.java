package io.ordersaga.coordinator.transport;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchCaller;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Calls branches over gRPC, any method of any service: payloads go out as the bytes that were submitted, and
/// what comes back beside the status is nobody's concern.
final class GrpcBranchCaller implements BranchCaller, AutoCloseable {

    private static final Metadata.Key<byte[]> REJECTION =
            Metadata.Key.of("saga-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final Metadata.Key<byte[]> STATUS_DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    /// So many silent calls in a row, and the connection itself is suspect.
    private static final int SILENT_MAX = 2;

    private final CallSettings settings;
    private final GrpcChannels channels;
    private final Map<String, AtomicInteger> silent = new ConcurrentHashMap<>();

    GrpcBranchCaller(CallSettings settings) {
        this.settings = settings;
        this.channels = new GrpcChannels(settings);
    }

    @Override
    public BranchOutcome call(BranchCall call) {
        GrpcAddress address = GrpcAddress.parse(call.url())
                .orElseThrow(() -> new IllegalStateException("not checked at submit: " + call.url()));
        Duration timeout = call.timeout().isZero() ? settings.timeout() : call.timeout();
        Channel channel = ClientInterceptors.intercept(
                channels.to(address.target()), MetadataUtils.newAttachHeadersInterceptor(metadata(call)));
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            var _ = ClientCalls.blockingUnaryCall(
                    channel, method(address.method()), options, call.payload().toArray());
            silent.remove(address.target());
            return new BranchOutcome.Succeeded();
        } catch (StatusRuntimeException failure) {
            watchConnection(address.target(), failure.getStatus());
            return outcome(failure);
        }
    }

    private void watchConnection(String target, Status status) {
        if (status.getCode() != Status.Code.DEADLINE_EXCEEDED) {
            silent.remove(target);
        } else if (silent.computeIfAbsent(target, key -> new AtomicInteger()).incrementAndGet() >= SILENT_MAX) {
            silent.remove(target);
            channels.reconnect(target);
        }
    }

    private static BranchOutcome outcome(StatusRuntimeException failure) {
        Status status = failure.getStatus();
        String description = status.getDescription() == null ? "" : status.getDescription();
        return switch (status.getCode()) {
            // Clients older than DTM 1.10 say "still going" this way.
            case ABORTED ->
                description.equals("ONGOING")
                        ? new BranchOutcome.Ongoing()
                        : new BranchOutcome.Refused(Rejections.of(description, details(failure)));
            case FAILED_PRECONDITION -> new BranchOutcome.Ongoing();
            default -> new BranchOutcome.Unknown(status.getCode() + ": " + description, troubleOf(status.getCode()));
        };
    }

    private static Trouble troubleOf(Status.Code code) {
        return switch (code) {
            // A participant that has too much to do is as good as away: it wants to be asked later.
            case UNAVAILABLE, RESOURCE_EXHAUSTED -> Trouble.UNREACHABLE;
            case DEADLINE_EXCEEDED, CANCELLED -> Trouble.NO_ANSWER;
            default -> Trouble.ERROR;
        };
    }

    private static byte @org.jspecify.annotations.Nullable [] details(StatusRuntimeException failure) {
        Metadata trailers = failure.getTrailers();
        return trailers == null ? null : trailers.get(STATUS_DETAILS);
    }

    private static Metadata metadata(BranchCall call) {
        Metadata metadata = new Metadata();
        put(metadata, "dtm-gid", call.gid().value());
        put(metadata, "dtm-trans_type", call.saga().mode().wireName());
        put(metadata, "dtm-branch_id", call.branchId());
        put(metadata, "dtm-op", call.op().wireName());
        put(metadata, "dtm-dtm", "");
        call.headers().forEach((name, value) -> put(metadata, name, value));
        call.rejection()
                .filter(rejection -> !rejection.status().isEmpty())
                .ifPresent(
                        rejection -> metadata.put(REJECTION, rejection.status().toArray()));
        return metadata;
    }

    private static void put(Metadata metadata, String name, String value) {
        if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
            metadata.put(
                    Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER), value.getBytes(StandardCharsets.UTF_8));
        } else {
            metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
        }
    }

    private static MethodDescriptor<byte[], byte[]> method(String fullName) {
        return MethodDescriptor.newBuilder(RawBytes.INSTANCE, RawBytes.INSTANCE)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(fullName)
                .build();
    }

    @Override
    public void close() {
        channels.close();
    }

    private enum RawBytes implements MethodDescriptor.Marshaller<byte[]> {
        INSTANCE;

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
