package io.ordersaga.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Settings of the gateway.
///
/// @param upstreams where the proto services live, by a name of our choice
/// @param deadline how long a call may take
/// @param limits what a request may be at most
/// @param breaker when calls to an upstream stop for a while
/// @param bulkhead how many calls an upstream gets at once
/// @param forwardedHeaders request headers that upstreams get as metadata, besides request id and trace
@ConfigurationProperties(prefix = "ordersaga.gateway", ignoreUnknownFields = false)
record GatewayConfig(
        Map<String, Upstream> upstreams,
        @DefaultValue Deadline deadline,
        @DefaultValue Limits limits,
        @DefaultValue Breaker breaker,
        @DefaultValue Bulkhead bulkhead,
        @DefaultValue List<String> forwardedHeaders) {
    /// What programs tell each other; a client who could send these could play coordinator.
    private static final List<String> INTERNAL_HEADERS = List.of(
            "dtm-",
            "saga-",
            "ordersaga-",
            "grpc-",
            "x-http-code",
            "traceparent",
            "tracestate",
            "baggage",
            "x-request-id");

    GatewayConfig {
        upstreams = Map.copyOf(upstreams);
        forwardedHeaders = forwardedHeaders.stream()
                .map(header -> header.toLowerCase(Locale.ROOT))
                .toList();
        for (String header : forwardedHeaders) {
            require(
                    INTERNAL_HEADERS.stream().noneMatch(header::startsWith) && !header.endsWith("-bin"),
                    "forwarded-headers: " + header + " is internal and is never taken from a client");
        }
        require(!upstreams.isEmpty(), "upstreams: there is none");
    }

    /// @param target as gRPC names it, such as `localhost:8282` or `dns:///order:8282`
    /// @param services full names of the proto services that live there
    record Upstream(String target, List<String> services) {
        Upstream {
            services = List.copyOf(services);
            require(!target.isBlank() && !services.isEmpty(), "upstreams: each needs a target and its services");
        }
    }

    /// @param usual for a request that does not say
    /// @param max for a request that says how long in `X-Request-Timeout-Ms`, and for what it asks the
    ///     service to wait, which comes on top of the usual
    record Deadline(
            @DefaultValue("5s") Duration usual,
            @DefaultValue("30s") Duration max) {
        Deadline {
            require(isPositive(usual) && usual.compareTo(max) <= 0, "deadline: 0 < usual <= max");
        }
    }

    /// @param body size of a request's body
    /// @param jsonDepth how deep JSON may be nested
    /// @param response size of an upstream's response message
    record Limits(
            @DefaultValue("64KB") DataSize body,
            @DefaultValue("32") int jsonDepth,
            @DefaultValue("4MB") DataSize response) {
        Limits {
            require(
                    Stream.of(body, response).allMatch(size -> size.toBytes() > 0 && size.toBytes() < Integer.MAX_VALUE)
                            && jsonDepth > 0,
                    "limits: all must be positive, sizes below 2 GB");
        }
    }

    /// @param failurePercent opens the breaker when so many of the calls in the window failed
    /// @param window number of calls that are looked at
    /// @param minimumCalls never opens before so many were made
    /// @param openFor how long no call is made
    /// @param trialCalls made after that, to see whether the upstream is back
    record Breaker(
            @DefaultValue("50") int failurePercent,
            @DefaultValue("20") int window,
            @DefaultValue("10") int minimumCalls,
            @DefaultValue("2s") Duration openFor,
            @DefaultValue("3") int trialCalls) {
        Breaker {
            require(
                    failurePercent > 0
                            && failurePercent <= 100
                            && minimumCalls > 0
                            && window >= minimumCalls
                            && isPositive(openFor)
                            && trialCalls > 0,
                    "breaker: 0 < failure-percent <= 100, 0 < minimum-calls <= window, the others positive");
        }
    }

    /// @param calls under way at once, to one upstream
    /// @param maxWait for a call to end before the next is refused
    record Bulkhead(
            @DefaultValue("256") int calls,
            @DefaultValue("50ms") Duration maxWait) {
        Bulkhead {
            require(calls > 0 && !maxWait.isNegative(), "bulkhead: calls > 0, max-wait >= 0");
        }
    }

    private static boolean isPositive(Duration duration) {
        return duration.compareTo(Duration.ZERO) > 0;
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("ordersaga.gateway." + rule);
        }
    }
}
