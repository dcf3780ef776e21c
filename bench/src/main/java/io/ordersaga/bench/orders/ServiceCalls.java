package io.ordersaga.bench.orders;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Calls of a service in somebody's name, as the gateway makes them. Thread-safe.
final class ServiceCalls implements AutoCloseable {
    /// Of one call.
    static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final Metadata.Key<String> USER =
            Metadata.Key.of("ordersaga-user-id", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> ROLES =
            Metadata.Key.of("ordersaga-user-roles", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;

    ServiceCalls(int port) {
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    ManagedChannel channel() {
        return channel;
    }

    /// A stub of [#channel], for one call.
    static <S extends AbstractStub<S>> S as(String user, String role, S stub) {
        Metadata caller = new Metadata();
        caller.put(USER, user);
        caller.put(ROLES, role);
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(caller))
                .withDeadlineAfter(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
