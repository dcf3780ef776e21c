package io.ordersaga.coordinator.transport;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchCaller;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.transport.GrpcChannels.Peer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Calls branches over gRPC, any method of any service: payloads go out as the bytes that were
/// submitted, and what comes back beside the status is nobody's concern.
final class GrpcBranchCaller implements BranchCaller, AutoCloseable {

    private static final Metadata.Key<byte[]> REJECTION =
            Metadata.Key.of("saga-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final Metadata.Key<byte[]> STATUS_DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    /// So many silent calls in a row, and the connection itself is suspect.
    private static final int SILENT_MAX = 2;
    private static final String ANSWER_TOO_LARGE = "gRPC message exceeds maximum size";
    private static final Metadata.Key<String> GID = key("dtm-gid");
    private static final Metadata.Key<String> TRANS_TYPE = key("dtm-trans_type");
    private static final Metadata.Key<String> BRANCH_ID = key("dtm-branch_id");
    private static final Metadata.Key<String> OP = key("dtm-op");
    private static final Metadata.Key<String> DTM = key("dtm-dtm");

    private record Route(Peer target, MethodDescriptor<byte[], Unread> method) {}

    private final CallSettings settings;
    private final GrpcChannels channels;
    private final UrlMemory<Route> routes = new UrlMemory<>(GrpcBranchCaller::route);
    private final Map<Peer, AtomicInteger> silent = new ConcurrentHashMap<>();

    /// @param threads see [GrpcChannels]
    GrpcBranchCaller(CallSettings settings, Consumer<NettyChannelBuilder> threads) {
        this.settings = settings;
        this.channels = new GrpcChannels(settings, threads);
    }

    @Override
    public BranchOutcome call(BranchCall call) {
        return call(call, routes.of(call.url()));
    }

    /// As [#call], at an address that the branch's host was found to stand for, and at no other.
    BranchOutcome call(BranchCall call, InetAddress address) {
        Route route = routes.of(call.url());
        Peer peer = new Peer(route.target().target(), Optional.of(address));
        return call(call, new Route(peer, route.method()));
    }

    private BranchOutcome call(BranchCall call, Route route) {
        UnaryAnswer answer = UnaryAnswer.of(
                channels.to(route.target()).newCall(route.method(), options(call)),
                metadata(call),
                call.payload().toArray());
        watchConnection(route.target(), answer.status());
        return outcome(answer);
    }

    /// Only over a connection that is there: for any other one somebody has to wait.
    @Override
    public boolean begin(BranchCall call, Consumer<BranchOutcome> answered) {
        Route route = routes.of(call.url());
        Optional<ManagedChannel> channel = channels.ready(route.target());
        if (channel.isEmpty()) {
            return false;
        }
        UnaryAnswer.begin(
                channel.get().newCall(route.method(), options(call)),
                metadata(call),
                call.payload().toArray(),
                answer -> {
                    watchConnection(route.target(), answer.status());
                    answered.accept(outcome(answer));
                });
        return true;
    }

    private CallOptions options(BranchCall call) {
        Duration timeout = call.timeout().isZero() ? settings.timeout() : call.timeout();
        return CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Route route(String url) {
        GrpcAddress address =
                GrpcAddress.parse(url).orElseThrow(() -> new IllegalStateException("not checked at submit: " + url));
        return new Route(Peer.named(address.target()), method(address.method()));
    }

    private void watchConnection(Peer target, Status status) {
        if (status.getCode() != Status.Code.DEADLINE_EXCEEDED) {
            if (!silent.isEmpty()) {
                silent.remove(target);
            }
            return;
        }
        if (silent.size() >= settings.targetsMax()) {
            // Targets that were silent once and never called again; one call more tells about the others.
            silent.clear();
        }
        if (silent.computeIfAbsent(target, key -> new AtomicInteger()).incrementAndGet() >= SILENT_MAX) {
            silent.remove(target);
            channels.reconnect(target);
        }
    }

    private static BranchOutcome outcome(UnaryAnswer answer) {
        Status status = answer.status();
        String description = status.getDescription() == null ? "" : status.getDescription();
        return switch (status.getCode()) {
            case OK -> new BranchOutcome.Succeeded();
            // Clients older than DTM 1.10 say "still going" this way.
            case ABORTED ->
                description.equals("ONGOING")
                        ? new BranchOutcome.Ongoing()
                        : new BranchOutcome.Refused(
                                Rejections.of(description, answer.trailers().get(STATUS_DETAILS)));
            case FAILED_PRECONDITION -> new BranchOutcome.Ongoing();
            default -> new BranchOutcome.Unknown(status.getCode() + ": " + description, troubleOf(status));
        };
    }

    private static Trouble troubleOf(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE -> Trouble.UNREACHABLE;
            // A participant that has too much to do wants to be asked later. Our own gRPC says the same of an
            // answer that is too large, and that will not change.
            case RESOURCE_EXHAUSTED ->
                String.valueOf(status.getDescription()).startsWith(ANSWER_TOO_LARGE)
                        ? Trouble.ERROR
                        : Trouble.UNREACHABLE;
            case DEADLINE_EXCEEDED, CANCELLED -> Trouble.NO_ANSWER;
            default -> Trouble.ERROR;
        };
    }

    private static Metadata metadata(BranchCall call) {
        Metadata metadata = new Metadata();
        metadata.put(GID, call.gid().value());
        metadata.put(TRANS_TYPE, call.saga().mode().wireName());
        metadata.put(BRANCH_ID, call.branchId());
        metadata.put(OP, call.opName());
        metadata.put(DTM, "");
        call.headers().forEach((name, value) -> put(metadata, name, value));
        call.rejection()
                .filter(rejection -> !rejection.status().isEmpty())
                .ifPresent(
                        rejection -> metadata.put(REJECTION, rejection.status().toArray()));
        return metadata;
    }

    private static void put(Metadata metadata, String name, String value) {
        if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
            metadata.put(
                    Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER), value.getBytes(StandardCharsets.UTF_8));
        } else {
            metadata.put(key(name), value);
        }
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private static MethodDescriptor<byte[], Unread> method(String fullName) {
        return MethodDescriptor.newBuilder(Payload.INSTANCE, Unread.INSTANCE)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(fullName)
                .build();
    }

    @Override
    public void close() {
        channels.close();
    }

    private enum Payload implements MethodDescriptor.Marshaller<byte[]> {
        INSTANCE;

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("payloads only go out");
        }
    }

    /// Leaves the answer where it is: beside its status it is nobody's concern.
    private enum Unread implements MethodDescriptor.Marshaller<Unread> {
        INSTANCE;

        @Override
        public InputStream stream(Unread value) {
            throw new UnsupportedOperationException("answers only come in");
        }

        @Override
        public Unread parse(InputStream stream) {
            return INSTANCE;
        }
    }
}
