package io.ordersaga.saga.test;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.dispatch.Decisions;
import io.ordersaga.coordinator.dispatch.DispatchSettings;
import io.ordersaga.coordinator.dispatch.Dispatcher;
import io.ordersaga.coordinator.dispatch.TargetSettings;
import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.transport.AllowList;
import io.ordersaga.coordinator.transport.BranchCalls;
import io.ordersaga.coordinator.transport.CallSettings;
import io.ordersaga.coordinator.transport.ClientRequests;
import io.ordersaga.coordinator.transport.DtmEndpoint;
import io.ordersaga.coordinator.transport.RequestMetrics;
import io.ordersaga.coordinator.transport.SubmitLimits;
import io.ordersaga.saga.client.BranchConnections;
import io.ordersaga.saga.client.BranchContextInterceptor;
import io.ordersaga.saga.client.DtmClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;

/// A coordinator in this JVM: the production engine, dispatch and gRPC transport on a free loopback port,
/// with its table in memory. Branches are really called, over gRPC or HTTP. Thread-safe.
///
/// Its waits - back-off, deadlines, the 35 seconds after which a prepared transaction is asked about,
/// delays - take no time: the clock stands where the real one does until [#settle] or [#advance] skips to
/// what is due next. Its settings are the coordinator's defaults, with any branch address allowed.
public final class TestCoordinator implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    /// Of real time, for branches that are called.
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /// A transaction that is retried for so long does not end.
    private static final Duration SETTLES_WITHIN = Duration.ofDays(2);

    private static final int SKIPS_MAX = 10_000;
    private static final int CALLS_SHOWN_MAX = 10_000;

    private final SkippingClock clock = new SkippingClock();
    private final MemoryStore store = new MemoryStore(clock);
    private final Dispatcher dispatcher;
    private final BranchCalls calls;
    private final Server server;
    private final ManagedChannel channel;
    private final BranchConnections connections = BranchConnections.plaintext(DEADLINE);
    private final DtmClient client;
    private final List<Server> participants = new ArrayList<>();

    private TestCoordinator() {
        MeterRegistry registry = new SimpleMeterRegistry();
        AllowList anywhere = new AllowList(false, List.of());
        SubmitLimits limits = limits();
        Engine engine = new Engine(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), 0));
        CallSettings settings = new CallSettings(Duration.ofSeconds(3), Duration.ofSeconds(1), 1000, 65_536);
        this.calls = new BranchCalls(settings, anywhere, true, registry);
        this.dispatcher = new Dispatcher("test", engine, store, calls, dispatch(), targets(), clock, registry);
        Decisions decisions = new Decisions(dispatcher, engine, store, limits.stepsMax(), limits.sagaBytesMax(), clock);
        ClientRequests requests =
                new ClientRequests(decisions, decisions, store, new MemoryTopics(), limits, anywhere, true);
        // Apart, for both name the same series.
        RequestMetrics unseen = new RequestMetrics(new SimpleMeterRegistry(), "grpc");
        this.server = started(new DtmEndpoint(requests, unseen));
        this.channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        this.client = new DtmClient(channel, DEADLINE, connections);
    }

    private static SubmitLimits limits() {
        return new SubmitLimits(
                1000,
                3_145_728,
                1_048_576,
                2048,
                64,
                2048,
                65_536,
                10_000,
                100,
                Duration.ofDays(366),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30));
    }

    /// Looks often, for a skip comes without notice.
    private static DispatchSettings dispatch() {
        return new DispatchSettings(
                128,
                1000,
                Duration.ofMillis(200),
                500,
                100,
                Duration.ofMillis(10),
                Duration.ofSeconds(30),
                Duration.ofMillis(500));
    }

    private static TargetSettings targets() {
        return new TargetSettings(128, 32, 512, Duration.ofSeconds(1), 1000, 20, 100, Duration.ofSeconds(2), 3);
    }

    public static TestCoordinator start() {
        TestCoordinator coordinator = new TestCoordinator();
        coordinator.dispatcher.start();
        return coordinator;
    }

    /// `host:port` of its gRPC server.
    public String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /// A client of it, with connections to branches.
    public DtmClient client() {
        return client;
    }

    /// Serves branches on a free loopback port until this coordinator is closed, with the
    /// [BranchContextInterceptor].
    ///
    /// @return `host:port`, to be followed by `/package.Service/Method` in a step
    public synchronized String serve(BindableService... services) {
        Server participant = started(services);
        participants.add(participant);
        return "127.0.0.1:" + participant.getPort();
    }

    /// Lets everything happen that is going to happen: skips from one due time to the next until every
    /// transaction is over, or parked. That includes those that are only prepared: a message is asked
    /// about, a tcc is aborted.
    ///
    /// @throws IllegalStateException when a branch is called for more than a minute, or when something is
    ///     still retried after two days
    public void settle() {
        Instant end = clock.instant().plus(SETTLES_WITHIN);
        skip(next -> next.isAfter(end), () -> {
            throw new IllegalStateException("Something is still retried after " + SETTLES_WITHIN);
        });
    }

    /// Lets so much time pass, with everything that happens in it.
    ///
    /// @throws IllegalStateException when a branch is called for more than a minute
    public void advance(Duration time) {
        Instant end = clock.instant().plus(time);
        skip(next -> next.isAfter(end), () -> {});
        clock.skipTo(end);
        var _ = store.awaitRest(PATIENCE);
    }

    private interface Until {
        boolean isEnough(Instant next);
    }

    private void skip(Until until, Runnable enough) {
        for (int skips = 0; skips < SKIPS_MAX; skips++) {
            Optional<Instant> next = store.awaitRest(PATIENCE);
            if (next.isEmpty()) {
                return;
            }
            if (until.isEnough(next.get())) {
                enough.run();
                return;
            }
            clock.skipTo(next.get());
        }
        throw new IllegalStateException("Something is still retried after " + SKIPS_MAX + " waits");
    }

    /// How a transaction stands, at once.
    ///
    /// @throws IllegalArgumentException when there is none of this gid
    public TransactionView find(String gid) {
        Gid key = new Gid(gid);
        StoredSaga stored =
                store.find(key).orElseThrow(() -> new IllegalArgumentException("There is no transaction " + gid));
        Saga saga = stored.saga();
        return new TransactionView(
                gid,
                saga.status().wireName(),
                saga.rejection().map(Rejection::reason).orElse(""),
                saga.parked().orElse(""),
                store.attempts(key, CALLS_SHOWN_MAX).reversed().stream()
                        .map(attempt -> shown(saga, attempt))
                        .toList());
    }

    private static String shown(Saga saga, Attempt attempt) {
        BranchCall call = new BranchCall(saga.definition(), attempt.step(), attempt.op(), Optional.empty());
        return call.branchId() + " " + call.opName() + " " + attempt.outcome().toLowerCase(Locale.ROOT);
    }

    /// Goes on with a transaction that is parked, as an operator would.
    ///
    /// @return false when there is none of this gid, when it is over, or when it is at work
    public boolean release(String gid) {
        return store.release(new Gid(gid));
    }

    private static Server started(BindableService... services) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .intercept(new BranchContextInterceptor());
        for (BindableService service : services) {
            var _ = builder.addService(service);
        }
        try {
            return builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException("No port to listen on", e);
        }
    }

    @Override
    public synchronized void close() {
        connections.close();
        channel.shutdownNow();
        server.shutdownNow();
        dispatcher.close();
        calls.close();
        participants.forEach(Server::shutdownNow);
    }
}
