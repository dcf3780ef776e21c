package io.ordersaga.coordinator.transport;

import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchCaller;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.Protocol;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every call of a branch: over the transport that its URL names, timed, and never thrown out of.
public final class BranchCalls implements BranchCaller, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BranchCalls.class);
    /// Targets come from submitters, so their number is bounded before they become labels.
    private static final int LABELS_MAX = 100;

    private record Timed(String target, String outcome) {}

    private final GrpcBranchCaller grpc;
    private final HttpBranchCaller http;
    private final BranchUrls urls;
    private final RequestMetrics metrics;
    private final DtmAlerts alerts;
    private final MeterRegistry registry;
    private final UrlMemory<String> targets = new UrlMemory<>(BranchCalls::target);
    private final Map<Timed, Timer> timers = new ConcurrentHashMap<>();
    private final Set<String> labels = ConcurrentHashMap.newKeySet();

    /// @param allowed asked again before each call: the list may have changed, and a name may lead
    ///     elsewhere by now
    public BranchCalls(CallSettings settings, AllowList allowed, boolean quirks, MeterRegistry registry) {
        this(settings, allowed, quirks, DtmAlertSettings.none(), builder -> {}, registry);
    }

    /// As the other, and tells of calls that keep failing as DTM does.
    ///
    /// @param threads gives a gRPC channel the threads that serve it
    public BranchCalls(
            CallSettings settings,
            AllowList allowed,
            boolean quirks,
            DtmAlertSettings alerts,
            Consumer<NettyChannelBuilder> threads,
            MeterRegistry registry) {
        this(
                new GrpcBranchCaller(settings, threads),
                new HttpBranchCaller(settings, !allowed.enforced(), quirks),
                new BranchUrls(allowed, Integer.MAX_VALUE),
                new DtmAlerts(alerts, registry),
                registry);
    }

    BranchCalls(
            GrpcBranchCaller grpc, HttpBranchCaller http, BranchUrls urls, DtmAlerts alerts, MeterRegistry registry) {
        this.grpc = grpc;
        this.http = http;
        this.urls = urls;
        this.alerts = alerts;
        this.registry = registry;
        this.metrics = new RequestMetrics(registry, "branch");
    }

    @Override
    public BranchOutcome call(BranchCall call) {
        long startNanos = System.nanoTime();
        BranchOutcome outcome = guarded(call);
        count(call, outcome, startNanos);
        return outcome;
    }

    @Override
    public boolean begin(BranchCall call, Consumer<BranchOutcome> answered) {
        if (call.protocol() != Protocol.GRPC || !urls.mayCallByName(call.url())) {
            return false;
        }
        long startNanos = System.nanoTime();
        return grpc.begin(call, outcome -> {
            count(call, outcome, startNanos);
            answered.accept(outcome);
        });
    }

    private void count(BranchCall call, BranchOutcome outcome, long startNanos) {
        timers.computeIfAbsent(new Timed(label(call), outcome.word()), this::timer)
                .record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
        metrics.called(call, outcome);
    }

    /// Whatever goes wrong in a way that nobody thought of says nothing about what the participant did.
    private BranchOutcome guarded(BranchCall call) {
        try {
            if (urls.mayCallByName(call.url())) {
                return switch (call.protocol()) {
                    case GRPC -> grpc.call(call);
                    case HTTP, JSON_RPC -> http.call(call);
                };
            }
            Optional<InetAddress> address = urls.addressOutside(call.url(), call.protocol());
            if (address.isEmpty()) {
                return new BranchOutcome.Unknown("is no address that branches may have", Trouble.ERROR);
            }
            return switch (call.protocol()) {
                case GRPC -> grpc.call(call, address.get());
                case HTTP, JSON_RPC -> http.call(call, address.get());
            };
        } catch (RuntimeException failure) {
            log.error(
                    "calling branch {} of saga {} failed inside; it is called again",
                    call.branchId(),
                    call.gid(),
                    failure);
            return new BranchOutcome.Unknown("the call failed inside the coordinator", Trouble.ERROR);
        }
    }

    private Timer timer(Timed timed) {
        return registry.timer("ordersaga.branch.calls", "target", timed.target(), "outcome", timed.outcome());
    }

    private String label(BranchCall call) {
        String target = targets.of(call.url());
        if (labels.contains(target) || (labels.size() < LABELS_MAX && labels.add(target))) {
            return target;
        }
        return "other";
    }

    private static String target(String url) {
        return switch (Protocol.GRPC.of(url)) {
            case GRPC -> GrpcAddress.parse(url).map(GrpcAddress::target).orElse("");
            case HTTP, JSON_RPC ->
                BranchUrls.address(url, Protocol.HTTP)
                        .map(address -> address.host() + ":" + address.port())
                        .orElse("");
        };
    }

    @Override
    public void failedAgain(BranchCall call, BranchOutcome.Unknown outcome, int failuresInARow) {
        alerts.failedAgain(call, outcome, failuresInARow);
    }

    @Override
    public void close() {
        alerts.close();
        grpc.close();
        http.close();
    }
}
