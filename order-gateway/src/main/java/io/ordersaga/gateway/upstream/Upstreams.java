package io.ordersaga.gateway.upstream;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.ordersaga.transcoder.errors.Failures;
import io.ordersaga.transcoder.http.Calls;
import io.ordersaga.transcoder.http.Reply;
import io.ordersaga.transcoder.http.TimeAllowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All upstreams, found by the rpc that is to be called.
public final class Upstreams implements Calls, AutoCloseable {
    /// One upstream as it is configured.
    ///
    /// @param name as it appears in errors and metrics
    /// @param target as gRPC names it, such as `localhost:8282` or `dns:///order:8282`
    public record Address(String name, String target, List<ServiceDescriptor> services) {
        public Address {
            services = List.copyOf(services);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Upstreams.class);

    private final CircuitBreakerRegistry breakers;
    private final BulkheadRegistry bulkheads;
    private final List<Upstream> upstreams = new ArrayList<>();

    /// Opens no connection yet.
    public Upstreams(
            List<Address> addresses,
            Function<String, ManagedChannel> channels,
            CircuitBreakerConfig breaker,
            BulkheadConfig bulkhead,
            Duration breakerOpenFor) {
        this.breakers = CircuitBreakerRegistry.of(breaker);
        this.bulkheads = BulkheadRegistry.of(bulkhead);
        for (Address address : addresses) {
            CallGuard guard = new CallGuard(
                    breakers.circuitBreaker(address.name()), bulkheads.bulkhead(address.name()), breakerOpenFor);
            upstreams.add(new Upstream(channels.apply(address.target()), guard, address.services()));
        }
    }

    public boolean has(MethodDescriptor rpc) {
        return upstreams.stream().anyMatch(upstream -> upstream.has(rpc));
    }

    @Override
    public Reply call(MethodDescriptor rpc, DynamicMessage request, Metadata headers, TimeAllowed time) {
        Upstream upstream = upstreams.stream()
                .filter(candidate -> candidate.has(rpc))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No upstream has " + rpc.getFullName()));
        try {
            return upstream.call(rpc, request, headers, time);
        } catch (UpstreamUnavailableException e) {
            log.warn("{} is not called now: {}", e.upstream(), e.reason());
            throw Failures.unavailable(e.upstream(), e.reason().name(), e.retryAfter())
                    .asException();
        }
    }

    public CircuitBreakerRegistry breakers() {
        return breakers;
    }

    public BulkheadRegistry bulkheads() {
        return bulkheads;
    }

    @Override
    public void close() {
        upstreams.forEach(Upstream::close);
    }
}
