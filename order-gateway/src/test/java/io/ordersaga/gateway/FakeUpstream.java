package io.ordersaga.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.NettyServerBuilder;
import io.ordersaga.testkit.RawBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A real gRPC server that takes any method. What it answers can be scripted per method and stays so; unscripted
/// methods
/// give the request back. Unlike test-kit's participant it can send response metadata.
final class FakeUpstream implements AutoCloseable {
    record Call(String method, Metadata metadata, ByteString payload) {
        @Nullable
        String header(String name) {
            return metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        }

        /// The time until the deadline that the caller set, in milliseconds.
        long allowedMillis() {
            String timeout = String.valueOf(header("grpc-timeout"));
            long value = Long.parseLong(timeout.substring(0, timeout.length() - 1));
            return switch (timeout.charAt(timeout.length() - 1)) {
                case 'n' -> value / 1_000_000;
                case 'u' -> value / 1000;
                case 'm' -> value;
                default -> value * 1000;
            };
        }
    }

    record Response(ByteString payload, Map<String, String> metadata) {}

    @FunctionalInterface
    interface Answer {
        Response to(Call call) throws StatusException, InterruptedException;
    }

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Server server;
    private final int port;

    private FakeUpstream(int port) {
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .fallbackHandlerRegistry(new AnyMethod())
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build()
                    .start();
            this.port = server.getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static FakeUpstream start() {
        return new FakeUpstream(0);
    }

    static FakeUpstream startOn(int port) {
        return new FakeUpstream(port);
    }

    int port() {
        return port;
    }

    String target() {
        return "127.0.0.1:" + port();
    }

    void answer(String method, Answer answer) {
        answers.put(method, answer);
    }

    void answer(String method, Message response) {
        answer(method, call -> new Response(response.toByteString(), Map.of()));
    }

    void fail(String method, Status status) {
        answer(method, call -> {
            throw status.asException();
        });
    }

    void fail(String method, StatusException failure) {
        answer(method, call -> {
            throw failure;
        });
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    void reset() {
        calls.clear();
        answers.clear();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(ServerCall<byte[], byte[]> serverCall, Call call) {
        calls.add(call);
        Answer answer = answers.getOrDefault(call.method(), echoed -> new Response(echoed.payload(), Map.of()));
        try {
            Response response = answer.to(call);
            Metadata headers = new Metadata();
            response.metadata()
                    .forEach((name, value) ->
                            headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
            serverCall.sendHeaders(headers);
            serverCall.sendMessage(response.payload().toByteArray());
            serverCall.close(Status.OK, new Metadata());
        } catch (StatusException e) {
            Metadata trailers = e.getTrailers();
            serverCall.close(e.getStatus(), trailers == null ? new Metadata() : trailers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            serverCall.close(Status.CANCELLED, new Metadata());
        }
    }

    private final class AnyMethod extends HandlerRegistry {
        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String methodName, @Nullable String authority) {
            return ServerMethodDefinition.create(RawBytes.unary(methodName), (serverCall, metadata) -> {
                serverCall.request(1);
                return new ServerCall.Listener<>() {
                    private byte[] payload = new byte[0];

                    @Override
                    public void onMessage(byte[] message) {
                        payload = message;
                    }

                    @Override
                    public void onHalfClose() {
                        answer(serverCall, new Call(methodName, metadata, ByteString.copyFrom(payload)));
                    }
                };
            });
        }
    }
}
