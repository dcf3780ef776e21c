package io.ordersaga.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.gateway.upstream.Upstreams;
import io.ordersaga.transcoder.http.CallHeaders;
import io.ordersaga.transcoder.http.Pipeline;
import io.ordersaga.transcoder.http.RequestBody;
import io.ordersaga.transcoder.http.RequestTime;
import io.ordersaga.transcoder.openapi.OpenApiDocument;
import io.ordersaga.transcoder.transcoding.Contracts;
import io.ordersaga.transcoder.transcoding.RequestReader;
import io.ordersaga.transcoder.transcoding.ResponseWriter;
import io.ordersaga.transcoder.transcoding.Route;
import io.ordersaga.transcoder.transcoding.RouteCompiler;
import io.ordersaga.transcoder.transcoding.RouteTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.client.ChannelBuilderOptions;
import org.springframework.grpc.client.GrpcChannelFactory;

/// Builds the gateway from its settings and the descriptor set on the class path.
@Configuration(proxyBeanMethods = false)
class GatewayWiring {
    static final String DOMAIN = "gateway.ordersaga";
    private static final String DESCRIPTOR_SET = "/META-INF/ordersaga/shop-proto.binpb";

    @Bean
    Contracts contracts() throws IOException {
        try (InputStream descriptorSet = GatewayWiring.class.getResourceAsStream(DESCRIPTOR_SET)) {
            if (descriptorSet == null) {
                throw new IllegalStateException("The class path lacks " + DESCRIPTOR_SET);
            }
            return Contracts.read(descriptorSet);
        }
    }

    @Bean
    RouteTable routes(Contracts contracts) {
        return RouteCompiler.compile(contracts);
    }

    @Bean
    Upstreams upstreams(GatewayConfig config, Contracts contracts, RouteTable routes, GrpcChannelFactory channels) {
        ChannelBuilderOptions options = ChannelBuilderOptions.defaults()
                .withCustomizer((target, builder) -> builder.maxInboundMessageSize(
                                (int) config.limits().response().toBytes())
                        // Notices a peer that died without a word.
                        .keepAliveTime(30, TimeUnit.SECONDS)
                        .keepAliveTimeout(5, TimeUnit.SECONDS));
        Upstreams upstreams = new Upstreams(
                addresses(config, contracts),
                target -> channels.createChannel(target, options),
                breaker(config.breaker()),
                bulkhead(config.bulkhead()),
                config.breaker().openFor());
        for (Route route : routes.routes()) {
            if (!upstreams.has(route.rpc())) {
                upstreams.close();
                throw new IllegalArgumentException("ordersaga.gateway.upstreams: none has the service "
                        + route.rpc().getService().getFullName());
            }
        }
        return upstreams;
    }

    @Bean
    ServletRegistrationBean<Pipeline> pipeline(
            GatewayConfig config, Contracts contracts, RouteTable routes, Upstreams upstreams) {
        Pipeline pipeline = new Pipeline(new Pipeline.Parts(
                DOMAIN,
                new Pages(ByteString.copyFrom(OpenApiDocument.of(contracts, routes))),
                routes,
                new RequestBody((int) config.limits().body().toBytes()),
                new RequestTime(config.deadline().usual(), config.deadline().max()),
                new RequestReader(config.limits().jsonDepth(), contracts.types()),
                new CallHeaders(config.forwardedHeaders(), CallerIdentity::addTo),
                upstreams,
                new ResponseWriter(contracts.types())));
        // All paths: what is no route is answered by us too.
        ServletRegistrationBean<Pipeline> registration = new ServletRegistrationBean<>(pipeline, "/*");
        registration.setName("pipeline");
        registration.setLoadOnStartup(1);
        return registration;
    }

    @Bean
    TaggedCircuitBreakerMetrics breakerMetrics(Upstreams upstreams, MeterRegistry meters) {
        TaggedCircuitBreakerMetrics metrics =
                TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(upstreams.breakers());
        metrics.bindTo(meters);
        return metrics;
    }

    @Bean
    TaggedBulkheadMetrics bulkheadMetrics(Upstreams upstreams, MeterRegistry meters) {
        TaggedBulkheadMetrics metrics = TaggedBulkheadMetrics.ofBulkheadRegistry(upstreams.bulkheads());
        metrics.bindTo(meters);
        return metrics;
    }

    private static List<Upstreams.Address> addresses(GatewayConfig config, Contracts contracts) {
        Map<String, ServiceDescriptor> services = new TreeMap<>();
        contracts.services().forEach(service -> services.put(service.getFullName(), service));
        List<Upstreams.Address> addresses = new ArrayList<>();
        new TreeMap<>(config.upstreams()).forEach((name, upstream) -> {
            List<ServiceDescriptor> there = new ArrayList<>();
            for (String service : upstream.services()) {
                ServiceDescriptor descriptor = services.remove(service);
                if (descriptor == null) {
                    throw new IllegalArgumentException("ordersaga.gateway.upstreams." + name + ".services: " + service
                            + " is unknown or named twice");
                }
                there.add(descriptor);
            }
            addresses.add(new Upstreams.Address(name, upstream.target(), there));
        });
        return addresses;
    }

    private static CircuitBreakerConfig breaker(GatewayConfig.Breaker breaker) {
        return CircuitBreakerConfig.custom()
                .failureRateThreshold(breaker.failurePercent())
                .slidingWindow(
                        breaker.window(), breaker.minimumCalls(), CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .waitDurationInOpenState(breaker.openFor())
                .permittedNumberOfCallsInHalfOpenState(breaker.trialCalls())
                .writableStackTraceEnabled(false)
                .build();
    }

    private static BulkheadConfig bulkhead(GatewayConfig.Bulkhead bulkhead) {
        return BulkheadConfig.custom()
                .maxConcurrentCalls(bulkhead.calls())
                .maxWaitDuration(bulkhead.maxWait())
                .writableStackTraceEnabled(false)
                .build();
    }
}
