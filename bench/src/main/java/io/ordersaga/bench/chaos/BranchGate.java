package io.ordersaga.bench.chaos;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.ordersaga.bench.participant.RawBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands between the coordinators and one participant and passes every call on, until it is armed: then it loses the
/// next call before the participant sees it, or the next answer after the participant has committed, and does what it
/// was armed with at that moment. Thread-safe.
final class BranchGate implements AutoCloseable {
    private static final int DEADLINE_SECONDS = 10;

    private final CrashPoint beforeCall = new CrashPoint();
    private final CrashPoint afterCommit = new CrashPoint();
    private final Server server;
    private final ManagedChannel participant;

    BranchGate(int participantPort) {
        this.participant = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), participantPort))
                .usePlaintext()
                .keepAliveTime(2, TimeUnit.SECONDS)
                .keepAliveTimeout(1, TimeUnit.SECONDS)
                .build();
        try {
            this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .fallbackHandlerRegistry(new AnyMethod())
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .permitKeepAliveTime(1, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("The gate could not listen", e);
        }
    }

    int port() {
        return server.getPort();
    }

    /// Loses the next call and does this instead; false when none came within the limit.
    boolean beforeNextCall(Runnable action, Duration limit) {
        return beforeCall.next(action, limit);
    }

    /// Loses the next answer and does this instead; false when none came within the limit.
    boolean afterNextCommit(Runnable action, Duration limit) {
        return afterCommit.next(action, limit);
    }

    private void forward(ServerCall<byte[], byte[]> incoming, Metadata headers, byte[] request) {
        if (beforeCall.springs()) {
            incoming.close(Status.UNAVAILABLE.withDescription("call lost"), new Metadata());
            return;
        }
        // A participant that was killed comes back on the same port: don't sit out the back-off.
        participant.resetConnectBackoff();
        ClientCall<byte[], byte[]> outgoing = participant.newCall(
                incoming.getMethodDescriptor(),
                CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
        outgoing.start(new AnswerListener(incoming), headers);
        outgoing.request(1);
        outgoing.sendMessage(request);
        outgoing.halfClose();
    }

    private final class AnswerListener extends ClientCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> incoming;
        private byte @Nullable [] response;

        AnswerListener(ServerCall<byte[], byte[]> incoming) {
            this.incoming = incoming;
        }

        @Override
        public void onMessage(byte[] message) {
            response = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (status.isOk() && afterCommit.springs()) {
                incoming.close(Status.UNAVAILABLE.withDescription("answer lost"), new Metadata());
                return;
            }
            if (response != null) {
                incoming.sendHeaders(new Metadata());
                incoming.sendMessage(response);
            }
            incoming.close(status, trailers);
        }
    }

    private final class AnyMethod extends HandlerRegistry {
        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String methodName, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method = RawBytes.unary(methodName);
            return ServerMethodDefinition.create(method, (call, headers) -> {
                call.request(1);
                return new ServerCall.Listener<>() {
                    private byte[] request = new byte[0];

                    @Override
                    public void onMessage(byte[] message) {
                        request = message;
                    }

                    @Override
                    public void onHalfClose() {
                        forward(call, headers, request);
                    }
                };
            });
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        participant.shutdownNow();
    }
}
