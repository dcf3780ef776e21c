package io.ordersaga.coordinator.transport;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// One channel per gRPC target, reconnecting as soon as somebody wants to call.
///
/// gRPC by itself waits longer after each failed connection, up to two minutes. Our calls have their own
/// back-off, so a channel that is waiting is told to try at once.
final class GrpcChannels implements AutoCloseable {

    private final CallSettings settings;
    private final Map<String, Known> channels = new ConcurrentHashMap<>();

    GrpcChannels(CallSettings settings) {
        this.settings = settings;
    }

    private static final class Known {
        private final ManagedChannel channel;
        private volatile long usedNanos = System.nanoTime();

        Known(ManagedChannel channel) {
            this.channel = channel;
        }

        ManagedChannel used() {
            usedNanos = System.nanoTime();
            return channel;
        }
    }

    /// A channel that is connected, or that was given its chance to be.
    ManagedChannel to(String target) {
        ManagedChannel channel = channel(target);
        if (channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
            awaitReady(channel);
        }
        return channel;
    }

    /// A channel that is connected; empty when there is none.
    Optional<ManagedChannel> ready(String target) {
        return Optional.ofNullable(channels.get(target))
                .filter(known -> known.channel.getState(false) == ConnectivityState.READY)
                .map(Known::used);
    }

    private ManagedChannel channel(String target) {
        Known known = channels.get(target);
        if (known == null) {
            known = opened(target);
        }
        return known.used();
    }

    private synchronized Known opened(String target) {
        if (!channels.containsKey(target) && channels.size() >= settings.targetsMax()) {
            closeTheOneUnusedLongest();
        }
        return channels.computeIfAbsent(target, key -> new Known(open(key)));
    }

    private void closeTheOneUnusedLongest() {
        long now = System.nanoTime();
        channels.entrySet().stream()
                .max(Comparator.comparingLong(entry -> now - entry.getValue().usedNanos))
                .ifPresent(unusedLongest -> {
                    channels.remove(unusedLongest.getKey());
                    unusedLongest.getValue().channel.shutdown();
                });
    }

    /// Nothing that a call or a connection tells us takes long, so no other thread has to be woken for
    /// it.
    private ManagedChannel open(String target) {
        return NettyChannelBuilder.forTarget(target.startsWith("dns:///") ? target : "dns:///" + target)
                .usePlaintext()
                .directExecutor()
                .defaultLoadBalancingPolicy("round_robin")
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.connect().toMillis())
                .build();
    }

    private void awaitReady(ManagedChannel channel) {
        long endNanos = System.nanoTime() + settings.connect().toNanos();
        try {
            ConnectivityState state = channel.getState(true);
            while (state == ConnectivityState.TRANSIENT_FAILURE || state == ConnectivityState.CONNECTING) {
                CountDownLatch changed = new CountDownLatch(1);
                channel.notifyWhenStateChanged(state, changed::countDown);
                if (!changed.await(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
                state = channel.getState(true);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    /// Drops the target's connection: its peer may be gone without a word, and TCP would not notice for a
    /// quarter of an hour.
    void reconnect(String target) {
        channel(target).enterIdle();
    }

    @Override
    public void close() {
        List<ManagedChannel> open = new ArrayList<>();
        synchronized (this) {
            channels.values().forEach(known -> open.add(known.channel));
            channels.clear();
        }
        open.forEach(ManagedChannel::shutdownNow);
        long endNanos = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        try {
            for (ManagedChannel channel : open) {
                var _ = channel.awaitTermination(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
