package io.ordersaga.coordinator.transport;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One channel per gRPC target, reconnecting as soon as somebody wants to call.
///
/// gRPC by itself waits longer after each failed connection, up to two minutes. Our calls have their own
/// back-off, so a channel that is waiting is told to try at once.
final class GrpcChannels implements AutoCloseable {

    private static final String DNS = "dns:///";

    private final CallSettings settings;
    private final Consumer<NettyChannelBuilder> threads;
    private final Map<Peer, Known> channels = new ConcurrentHashMap<>();

    /// @param threads gives a channel the threads that serve it; gRPC's own when it does nothing
    GrpcChannels(CallSettings settings, Consumer<NettyChannelBuilder> threads) {
        this.settings = settings;
        this.threads = threads;
    }

    /// Where a channel leads.
    ///
    /// @param target `host:port`, with or without `dns:///`
    /// @param address the only one that it may lead to; empty for whatever the host stands for
    record Peer(String target, Optional<InetAddress> address) {

        static Peer named(String target) {
            return new Peer(target, Optional.empty());
        }
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
    ManagedChannel to(Peer target) {
        ManagedChannel channel = channel(target);
        if (channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
            awaitReady(channel);
        }
        return channel;
    }

    /// A channel that is connected; empty when there is none.
    Optional<ManagedChannel> ready(Peer target) {
        return Optional.ofNullable(channels.get(target))
                .filter(known -> known.channel.getState(false) == ConnectivityState.READY)
                .map(Known::used);
    }

    private ManagedChannel channel(Peer target) {
        Known known = channels.get(target);
        if (known == null) {
            known = opened(target);
        }
        return known.used();
    }

    private synchronized Known opened(Peer target) {
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
    private ManagedChannel open(Peer peer) {
        NettyChannelBuilder channel =
                peer.address().map(address -> pinned(peer.target(), address)).orElseGet(() -> named(peer.target()));
        threads.accept(channel);
        return channel.usePlaintext()
                .directExecutor()
                // Not those of the environment, which nobody listed.
                .proxyDetector(address -> null)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.connect().toMillis())
                .build();
    }

    private static NettyChannelBuilder named(String target) {
        return NettyChannelBuilder.forTarget(target.startsWith(DNS) ? target : DNS + target)
                .defaultLoadBalancingPolicy("round_robin");
    }

    private static NettyChannelBuilder pinned(String target, InetAddress address) {
        String authority = target.startsWith(DNS) ? target.substring(DNS.length()) : target;
        int port = Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
        return NettyChannelBuilder.forAddress(new InetSocketAddress(address, port))
                .overrideAuthority(authority);
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
    void reconnect(Peer target) {
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
