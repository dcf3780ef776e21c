package io.ordersaga.coordinator.transport;

import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The connections of gRPC clients and the threads that serve them: accepts no more than allowed. Thread-safe.
public final class GrpcConnections implements AutoCloseable {

    private static final Duration QUIET = Duration.ZERO;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ConnectionSettings settings;
    private final EventLoopGroup accepting;
    private final EventLoopGroup serving;
    private final Counter refused;
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int open;

    public GrpcConnections(ConnectionSettings settings, MeterRegistry registry) {
        this.settings = settings;
        this.accepting = loops(1, "grpc-accept");
        // As many as gRPC has by itself.
        this.serving = loops(0, "grpc-serve");
        this.refused = registry.counter("ordersaga.connections.refused", "port", "grpc");
        Gauge.builder("ordersaga.connections", this, GrpcConnections::count)
                .tag("port", "grpc")
                .register(registry);
    }

    private static EventLoopGroup loops(int threads, String name) {
        IoHandlerFactory handlers = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), handlers);
    }

    /// Has the server serve these connections.
    public void serve(NettyServerBuilder server) {
        server.channelFactory(this::channel).bossEventLoopGroup(accepting).workerEventLoopGroup(serving);
    }

    /// Has a client share the threads that serve, as gRPC does by itself: what an answer leads to is the next call.
    public void share(NettyChannelBuilder client) {
        client.channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .eventLoopGroup(serving);
    }

    private ServerChannel channel() {
        ServerChannel channel = Epoll.isAvailable() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
        channel.pipeline().addFirst(new Door());
        return channel;
    }

    private synchronized int count() {
        return open;
    }

    private synchronized boolean enter(String address) {
        int ofAddress = byAddress.getOrDefault(address, 0);
        if (open >= settings.grpcMax() || ofAddress >= settings.perAddressMax()) {
            return false;
        }
        open++;
        byAddress.put(address, ofAddress + 1);
        return true;
    }

    private synchronized void leave(String address) {
        open--;
        byAddress.computeIfPresent(address, (each, count) -> count == 1 ? null : count - 1);
    }

    private static String hostOf(SocketAddress address) {
        return address instanceof InetSocketAddress host ? host.getAddress().getHostAddress() : address.toString();
    }

    /// Sees each accepted connection before anybody else does.
    @Sharable
    private final class Door extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            Channel connection = (Channel) accepted;
            SocketAddress address = connection.remoteAddress();
            // It may be gone again by now.
            String host = address == null ? "" : hostOf(address);
            if (enter(host)) {
                connection.closeFuture().addListener(closed -> leave(host));
                context.fireChannelRead(accepted);
            } else {
                refused.increment();
                connection.unsafe().closeForcibly();
            }
        }
    }

    /// When no server and no client uses them any more.
    @Override
    public void close() {
        for (EventLoopGroup group : new EventLoopGroup[] {accepting, serving}) {
            group.shutdownGracefully(QUIET.toMillis(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(PATIENCE.toMillis());
        }
    }
}
