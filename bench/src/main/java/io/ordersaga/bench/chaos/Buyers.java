package io.ordersaga.bench.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.ordersaga.bench.participant.AccountParticipant;
import io.ordersaga.bench.participant.Accounts;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.saga.client.Saga;
import io.ordersaga.saga.client.SagaRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// Clients that submit sagas to either coordinator and remember what they were told. A fifth of the sagas is refused by
/// its participant; a tenth is submitted twice; an answer that did not come is asked for again. Thread-safe.
final class Buyers implements AutoCloseable {
    private static final int STEPS = 4;
    private static final double REFUSED = 0.2;
    private static final double TWICE = 0.1;
    private static final double WAITING = 0.5;
    private static final int AGAIN_MAX = 5;
    private static final Duration DEADLINE = Duration.ofSeconds(8);
    private static final long PAUSE_NANOS = 40_000_000;

    /// What a client knows of its saga.
    enum Known {
        /// It was accepted; how it ends was not asked.
        ACCEPTED,
        SUCCEEDED,
        ROLLED_BACK,
        /// No answer came: it may exist or not.
        UNKNOWN
    }

    private final Cluster cluster;
    private final long seed;
    private final List<ManagedChannel> channels;
    private final List<DtmClient> clients;
    private final Map<String, Known> journal = new ConcurrentHashMap<>();
    private final Queue<String> contradicted = new ConcurrentLinkedQueue<>();
    private final AtomicLong next = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    Buyers(Cluster cluster, long seed, int count) {
        this.cluster = cluster;
        this.seed = seed;
        this.channels = IntStream.range(0, 2)
                .mapToObj(number -> NettyChannelBuilder.forAddress("127.0.0.1", cluster.coordinatorPort(number))
                        .usePlaintext()
                        .keepAliveTime(5, TimeUnit.SECONDS)
                        .keepAliveTimeout(2, TimeUnit.SECONDS)
                        .build())
                .toList();
        this.clients = channels.stream()
                .map(channel -> new DtmClient(channel, DEADLINE))
                .toList();
        for (int buyer = 0; buyer < count; buyer++) {
            Random random = new Random(seed * 1_000 + buyer);
            threads.add(Thread.ofVirtual().start(() -> buy(random)));
        }
    }

    /// What every client knows, by gid.
    Map<String, Known> journal() {
        return Map.copyOf(journal);
    }

    long submitted() {
        return next.get();
    }

    private void buy(Random random) {
        while (!over.get()) {
            Purchase purchase = purchase(cluster, "chaos-" + seed + "-" + next.getAndIncrement(), random);
            journal.put(purchase.gid(), Known.UNKNOWN);
            submit(purchase, random);
            if (random.nextDouble() < TWICE) {
                submit(purchase, random);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private record Purchase(Saga saga, boolean waits) {
        String gid() {
            return saga.gid();
        }
    }

    private static Purchase purchase(Cluster cluster, String gid, Random random) {
        int refusing = random.nextDouble() < REFUSED ? random.nextInt(STEPS) : -1;
        boolean waits = random.nextDouble() < WAITING;
        Saga saga = Saga.of(gid).waitResult(waits);
        for (int step = 0; step < STEPS; step++) {
            String target = "127.0.0.1:" + cluster.gate(step % 2).port() + "/" + AccountParticipant.SERVICE;
            int account = step == refusing ? 0 : 1 + random.nextInt(Accounts.COUNT);
            saga = saga.step(
                    target + "/Reserve", target + "/Release", StringValue.of(account + " " + (1 + random.nextInt(9))));
        }
        return new Purchase(saga, waits);
    }

    private void submit(Purchase purchase, Random random) {
        for (int attempt = 0; attempt < AGAIN_MAX; attempt++) {
            try {
                clients.get(random.nextInt(2)).submit(purchase.saga());
                learn(purchase.gid(), purchase.waits() ? Known.SUCCEEDED : Known.ACCEPTED);
                return;
            } catch (SagaRefusedException e) {
                learn(purchase.gid(), of(e));
                return;
            } catch (StatusRuntimeException e) {
                // No answer, or none that says what became of it: asked again, perhaps of the other coordinator.
                LockSupport.parkNanos(PAUSE_NANOS * (attempt + 1));
            }
        }
    }

    private static Known of(SagaRefusedException refusal) {
        return reasons(refusal).stream()
                .map(info -> switch (info.getReason()) {
                    case "NO_BALANCE", "SAGA_ROLLED_BACK" -> Known.ROLLED_BACK;
                    case "SAGA_ALREADY_FINISHED" ->
                        info.getMetadataOrDefault("status", "").equals("failed") ? Known.ROLLED_BACK : Known.SUCCEEDED;
                    default -> Known.ACCEPTED;
                })
                .findFirst()
                .orElse(Known.ACCEPTED);
    }

    private static List<ErrorInfo> reasons(SagaRefusedException refusal) {
        return refusal.status().getDetailsList().stream()
                .filter(detail -> detail.is(ErrorInfo.class))
                .map(detail -> {
                    try {
                        return detail.unpack(ErrorInfo.class);
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }

    private void learn(String gid, Known known) {
        journal.merge(gid, known, (earlier, later) -> {
            boolean wasDecided = earlier == Known.SUCCEEDED || earlier == Known.ROLLED_BACK;
            boolean isDecided = later == Known.SUCCEEDED || later == Known.ROLLED_BACK;
            if (wasDecided && isDecided && earlier != later) {
                contradicted.add(gid);
            }
            return wasDecided ? earlier : later;
        });
    }

    /// Gids of which clients were told both ends.
    List<String> contradicted() {
        return List.copyOf(contradicted);
    }

    /// No further sagas; returns when the last answer has come.
    void stop() {
        over.set(true);
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(90));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() {
        over.set(true);
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
