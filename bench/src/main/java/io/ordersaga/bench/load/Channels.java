package io.ordersaga.bench.load;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// A few connections to one server, used in turn: one alone would be the bottleneck of both sides. Thread-safe.
public final class Channels implements AutoCloseable {
    private static final int CONNECTIONS = 2;

    private final List<ManagedChannel> channels;
    private final AtomicInteger next = new AtomicInteger();

    public Channels(int port) {
        channels = IntStream.range(0, CONNECTIONS)
                .mapToObj(_ -> NettyChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .build())
                .toList();
    }

    public ManagedChannel next() {
        return channels.get(Math.floorMod(next.getAndIncrement(), channels.size()));
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
