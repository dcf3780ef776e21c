package io.ordersaga.e2e;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
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
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.ordersaga.testkit.RawBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands between the coordinator and one service and passes every call on as raw bytes, until a test arms it: then it
/// acts once, either before the call reaches the service or after the service has committed and answered, in which case
/// the answer never reaches the coordinator, or much later than the coordinator gave it up. Killing the service there
/// is a crash between commit and answer, played
/// without a hook in the service.
final class BranchProxy implements AutoCloseable {
    private final Map<String, Runnable> beforeCall = new ConcurrentHashMap<>();
    private final Map<String, Runnable> insteadOfAnswer = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Runnable>> delayed = new ConcurrentHashMap<>();
    private final Server server;
    private final ManagedChannel service;

    BranchProxy(int servicePort) {
        this.service = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), servicePort))
                .usePlaintext()
                .build();
        try {
            this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .fallbackHandlerRegistry(new AnyMethod())
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("The branch proxy could not listen", e);
        }
    }

    int port() {
        return server.getPort();
    }

    /// Runs `action` once, when `method` is called next and before the service sees the call.
    void beforeNext(String method, Runnable action) {
        beforeCall.put(method, action);
    }

    /// Runs `action` once, when the service has answered the next call of `method`, and swallows that answer.
    void insteadOfNextAnswer(String method, Runnable action) {
        insteadOfAnswer.put(method, action);
    }

    /// Keeps the next call of `method` from the service, and tells the caller that it was refused. When the call has
    /// come, the future has what lets it reach the service after all, as a packet that was under way for long; that
    /// returns when the service has answered, and fails when it did not do so with success.
    CompletableFuture<Runnable> delayNext(String method) {
        CompletableFuture<Runnable> call = new CompletableFuture<>();
        delayed.put(method, call);
        return call;
    }

    /// True when everything that was armed has happened.
    boolean isSpent() {
        return beforeCall.isEmpty() && insteadOfAnswer.isEmpty() && delayed.isEmpty();
    }

    @Override
    public void close() {
        server.shutdownNow();
        service.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
            service.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forward(ServerCall<byte[], byte[]> incoming, Metadata headers, byte[] request) {
        MethodDescriptor<byte[], byte[]> method = incoming.getMethodDescriptor();
        CompletableFuture<Runnable> late = delayed.remove(method.getFullMethodName());
        if (late != null) {
            Metadata kept = new Metadata();
            kept.merge(headers);
            late.complete(() -> deliver(method, kept, request));
            incoming.close(Status.ABORTED.withDescription("lost on the way"), new Metadata());
            return;
        }
        Runnable before = beforeCall.remove(method.getFullMethodName());
        if (before != null) {
            before.run();
        }
        // A service that was killed comes back on the same port: don't sit out the back-off of the dead connection.
        service.resetConnectBackoff();
        ClientCall<byte[], byte[]> outgoing =
                service.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS));
        outgoing.start(new AnswerListener(incoming), headers);
        outgoing.request(1);
        outgoing.sendMessage(request);
        outgoing.halfClose();
    }

    private void deliver(MethodDescriptor<byte[], byte[]> method, Metadata headers, byte[] request) {
        Channel late = ClientInterceptors.intercept(service, MetadataUtils.newAttachHeadersInterceptor(headers));
        var _ = ClientCalls.blockingUnaryCall(
                late, method, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS), request);
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
            Runnable instead =
                    insteadOfAnswer.remove(incoming.getMethodDescriptor().getFullMethodName());
            if (instead != null) {
                instead.run();
                incoming.close(Status.UNAVAILABLE.withDescription("connection lost"), new Metadata());
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
}
