package io.ordersaga.bench.participant;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A participant that does nothing, as fast as it can, over gRPC and HTTP; the last word of the method or path says
/// how it answers. It counts its calls and keeps nothing else.
///
/// `Do`, `Undo` and any other word succeed at once; `Refuse` is a refusal; `FailOnce` answers an error the first time
/// that a
/// branch's operation comes and succeeds after that; `Hold` is "still going" until `Open` was called; `Slow` takes
/// 200 ms; `Counts` answers the number of calls of each word.
public final class NoOpParticipant {
    /// Environment variables with the ports.
    public static final String GRPC_PORT = "PARTICIPANT_GRPC_PORT";

    public static final String HTTP_PORT = "PARTICIPANT_HTTP_PORT";
    public static final String SERVICE = "bench.NoOp/";

    private static final byte[] NOTHING = new byte[0];
    private static final int SLOW_MILLIS = 200;
    private static final Metadata.Key<String> GID = Metadata.Key.of("dtm-gid", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> BRANCH =
            Metadata.Key.of("dtm-branch_id", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> OP = Metadata.Key.of("dtm-op", Metadata.ASCII_STRING_MARSHALLER);

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean open = new AtomicBoolean();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, ServerMethodDefinition<byte[], byte[]>> methods = new ConcurrentHashMap<>();

    private NoOpParticipant() {}

    public static void main(String[] arguments) throws Exception {
        NoOpParticipant participant = new NoOpParticipant();
        HttpServer http = participant.http(Integer.parseInt(System.getenv(HTTP_PORT)));
        Server server = participant.grpc(Integer.parseInt(System.getenv(GRPC_PORT)));
        CountDownLatch asked = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(asked::countDown));
        asked.await();
        server.shutdownNow();
        http.stop(0);
    }

    private Server grpc(int port) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                // Nothing blocks, so the network's threads answer by themselves.
                .directExecutor()
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .fallbackHandlerRegistry(new HandlerRegistry() {
                    @Override
                    public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
                        return methods.computeIfAbsent(name, NoOpParticipant.this::method);
                    }
                })
                .build()
                .start();
    }

    private ServerMethodDefinition<byte[], byte[]> method(String name) {
        String word = name.substring(name.lastIndexOf('/') + 1);
        LongAdder count = counts.computeIfAbsent(word, _ -> new LongAdder());
        return ServerMethodDefinition.create(RawBytes.unary(name), (call, headers) -> {
            call.request(1);
            return new ServerCall.Listener<>() {
                @Override
                public void onHalfClose() {
                    count.increment();
                    answer(word, call, headers);
                }
            };
        });
    }

    private void answer(String word, ServerCall<byte[], byte[]> call, Metadata headers) {
        switch (word) {
            case "Refuse" -> call.close(Status.ABORTED.withDescription("FAILURE"), new Metadata());
            case "FailOnce" -> {
                if (failedOnce.add(headers.get(GID) + "/" + headers.get(BRANCH) + "/" + headers.get(OP))) {
                    call.close(Status.UNAVAILABLE.withDescription("once"), new Metadata());
                } else {
                    succeed(call, NOTHING);
                }
            }
            case "Hold" -> {
                if (open.get()) {
                    succeed(call, NOTHING);
                } else {
                    call.close(Status.FAILED_PRECONDITION.withDescription("ONGOING"), new Metadata());
                }
            }
            case "Slow" -> {
                var _ = later.schedule(() -> succeed(call, NOTHING), SLOW_MILLIS, TimeUnit.MILLISECONDS);
            }
            case "Open" -> {
                open.set(true);
                succeed(call, NOTHING);
            }
            case "Counts" -> succeed(call, countsText());
            default -> succeed(call, NOTHING);
        }
    }

    private static void succeed(ServerCall<byte[], byte[]> call, byte[] answer) {
        call.sendHeaders(new Metadata());
        call.sendMessage(answer);
        call.close(Status.OK, new Metadata());
    }

    private byte[] countsText() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(counts)
                .forEach((word, count) ->
                        text.append(word).append('=').append(count.sum()).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private HttpServer http(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String word = "http" + path.substring(path.lastIndexOf('/'));
            counts.computeIfAbsent(word, _ -> new LongAdder()).increment();
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
        }
    }
}
