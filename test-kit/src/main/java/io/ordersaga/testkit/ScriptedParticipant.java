package io.ordersaga.testkit;

import com.google.protobuf.ByteString;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A real gRPC server on a free loopback port that takes any method as raw bytes and answers by script: what was queued
/// for the method, one answer per call, and when nothing is queued the method's usual answer, which is success unless
/// [#always] says otherwise. It remembers every call in the order of arrival. Thread-safe.
public final class ScriptedParticipant implements AutoCloseable {
    /// One call as it arrived.
    ///
    /// @param method full name, such as `shop.Stock/Reserve`
    public record Call(String method, Metadata metadata, ByteString payload) {
        /// Value of an ASCII metadata key, or null when the call has none.
        public @Nullable String header(String key) {
            return metadata.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
        }
    }

    /// What to do with a call. It may block, to play a slow participant, and throws [StatusException] to refuse.
    @FunctionalInterface
    public interface Answer {
        /// Returns the response message as bytes; an empty array is an empty message.
        byte[] to(Call call) throws StatusException, InterruptedException;
    }

    private final Map<String, Queue<Answer>> scripts = new ConcurrentHashMap<>();
    private final Map<String, Answer> usual = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Server server;

    private ScriptedParticipant(int port) {
        try {
            this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .fallbackHandlerRegistry(new AnyMethod())
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("The scripted participant could not listen on port " + port, e);
        }
    }

    public static ScriptedParticipant start() {
        return new ScriptedParticipant(0);
    }

    /// Starts on a port that was used before, to play a participant that comes back.
    public static ScriptedParticipant startOn(int port) {
        return new ScriptedParticipant(port);
    }

    public int port() {
        return server.getPort();
    }

    /// The address of a method as a saga step names it: `host:port/package.Service/Method`.
    public String url(String method) {
        return "127.0.0.1:" + port() + "/" + method;
    }

    /// Queues an answer for the next call of `method` that has none yet.
    public ScriptedParticipant next(String method, Answer answer) {
        scripts.computeIfAbsent(method, key -> new ConcurrentLinkedQueue<>()).add(answer);
        return this;
    }

    /// Queues a failure for the next call of `method`.
    public ScriptedParticipant next(String method, Status status) {
        return next(method, call -> {
            throw status.asException();
        });
    }

    /// Queues the same failure for the next `times` calls of `method`.
    public ScriptedParticipant next(String method, Status status, int times) {
        for (int i = 0; i < times; i++) {
            next(method, status);
        }
        return this;
    }

    /// Sets the answer to every call of `method` for which nothing is queued.
    public ScriptedParticipant always(String method, Answer answer) {
        usual.put(method, answer);
        return this;
    }

    /// Every call so far, in the order of arrival.
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /// The methods called so far, in the order of arrival.
    public List<String> methods() {
        return calls.stream().map(Call::method).toList();
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
        Queue<Answer> script = scripts.get(call.method());
        Answer queued = script == null ? null : script.poll();
        Answer answer = queued == null ? usual.getOrDefault(call.method(), any -> new byte[0]) : queued;
        try {
            byte[] response = answer.to(call);
            serverCall.sendHeaders(new Metadata());
            serverCall.sendMessage(response);
            serverCall.close(Status.OK, new Metadata());
        } catch (StatusException e) {
            serverCall.close(e.getStatus(), e.getTrailers() == null ? new Metadata() : e.getTrailers());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            serverCall.close(Status.CANCELLED, new Metadata());
        }
    }

    private final class AnyMethod extends HandlerRegistry {
        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String methodName, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method = RawBytes.unary(methodName);
            ServerCallHandler<byte[], byte[]> handler = (serverCall, metadata) -> {
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
            };
            return ServerMethodDefinition.create(method, handler);
        }
    }
}
