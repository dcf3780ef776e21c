package io.ordersaga.coordinator;

import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.ordersaga.coordinator.dispatch.Decisions;
import io.ordersaga.coordinator.dispatch.Dispatcher;
import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.store.JdbiSagaStore;
import io.ordersaga.coordinator.store.JdbiTopicStore;
import io.ordersaga.coordinator.transport.BranchCalls;
import io.ordersaga.coordinator.transport.ClientRequests;
import io.ordersaga.coordinator.transport.DtmEndpoint;
import io.ordersaga.coordinator.transport.DtmHttp;
import io.ordersaga.coordinator.transport.GrpcConnections;
import io.ordersaga.coordinator.transport.HttpConnections;
import io.ordersaga.coordinator.transport.OverloadGate;
import io.ordersaga.coordinator.transport.RequestMetrics;
import io.ordersaga.coordinator.transport.Traceparent;
import io.ordersaga.kit.ErrorDomain;
import java.time.Duration;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.grpc.server.ServerBuilderCustomizer;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/// The coordinator's parts, put together: transports hand sagas to the dispatcher, which asks the engine,
/// writes to the store and calls branches.
@Configuration(proxyBeanMethods = false)
class Wiring {

    private static final RandomGenerator RANDOM = RandomGenerator.getDefault();
    /// Longer than a round with a slow database, far shorter than anybody's patience.
    private static final Duration CLAIM_SILENCE_MAX = Duration.ofSeconds(15);

    @Bean
    ErrorDomain errorDomain() {
        return new ErrorDomain("saga.ordersaga");
    }

    /// One for the whole program: a wait is decided by its dispatcher and written by its store.
    @Bean
    SteadyClock clock() {
        return SteadyClock.started();
    }

    @Bean
    Engine engine(CoordinatorConfig config) {
        Backoff backoff = new Backoff(config.retry().base(), config.retry().cap(), RANDOM.nextLong());
        return new Engine(backoff, config.parking().policy(), config.prepared().waits(), config.strict());
    }

    /// Another name with each start, so that nobody takes this coordinator for the one that was killed before
    /// it.
    @Bean
    NodeName nodeName() {
        byte[] random = new byte[4];
        RANDOM.nextBytes(random);
        return new NodeName(ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(random));
    }

    @Bean
    JdbiSagaStore sagaStore(
            Jdbi jdbi,
            DataSource database,
            NodeName node,
            CoordinatorConfig config,
            SteadyClock clock,
            MeterRegistry registry) {
        return new JdbiSagaStore(
                jdbi, database, node.name(), config.dispatch().lease(), config.store(), clock, registry);
    }

    @Bean
    BranchCalls branchCalls(
            CoordinatorConfig config, Environment environment, GrpcConnections connections, MeterRegistry registry) {
        if (!config.allowed().enforced() && !environment.acceptsProfiles(Profiles.of("dev"))) {
            throw new IllegalArgumentException(
                    "ordersaga.coordinator.allowed.enforced may be false only in the profile dev");
        }
        return new BranchCalls(
                config.calls(), config.allowed(), config.dtmQuirks(), config.dtmAlert(), connections::share, registry);
    }

    // Stopped by its lifecycle, before the servers: who waits for a saga is answered, and the sagas are free at once.
    @Bean(destroyMethod = "")
    Dispatcher dispatcher(
            NodeName node,
            Engine engine,
            JdbiSagaStore store,
            BranchCalls calls,
            CoordinatorConfig config,
            SteadyClock clock,
            MeterRegistry registry) {
        return new Dispatcher(node.name(), engine, store, calls, config.dispatch(), config.targets(), clock, registry);
    }

    @Bean
    SmartLifecycle dispatching(Dispatcher dispatcher) {
        return new Dispatching(dispatcher);
    }

    @Bean
    Decisions decisions(
            Dispatcher dispatcher, Engine engine, JdbiSagaStore store, CoordinatorConfig config, SteadyClock clock) {
        return new Decisions(
                dispatcher,
                engine,
                store.decisions(),
                config.limits().stepsMax(),
                config.limits().sagaBytesMax(),
                clock);
    }

    @Bean
    JdbiTopicStore topicStore(Jdbi jdbi) {
        return new JdbiTopicStore(jdbi);
    }

    @Bean
    ClientRequests clientRequests(
            Decisions decisions, JdbiSagaStore store, JdbiTopicStore topics, CoordinatorConfig config) {
        return new ClientRequests(
                decisions, decisions, store, topics, config.limits(), config.allowed(), config.dtmQuirks());
    }

    @Bean
    DtmEndpoint dtmEndpoint(ClientRequests requests, MeterRegistry registry) {
        return new DtmEndpoint(requests, new RequestMetrics(registry, "grpc"));
    }

    /// Before Boot's observation, and before everything of ours: whoever is refused costs nothing else.
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    @GlobalServerInterceptor
    OverloadGate overloadGate(Dispatcher dispatcher, CoordinatorConfig config) {
        return new OverloadGate(dispatcher, config.refusals());
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    ServerBuilderCustomizer<NettyServerBuilder> callsThroughTheGate(OverloadGate gate) {
        return builder -> builder.executor(Runnable::run).callExecutor(gate);
    }

    @Bean
    GrpcConnections grpcConnections(CoordinatorConfig config, MeterRegistry registry) {
        return new GrpcConnections(config.connections(), registry);
    }

    @Bean
    ServerBuilderCustomizer<NettyServerBuilder> noMoreConnections(GrpcConnections connections) {
        return connections::serve;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> noMoreHttpConnections(
            CoordinatorConfig config, MeterRegistry registry) {
        return factory -> {
            factory.setProtocol(HttpConnections.class.getName());
            factory.addConnectorCustomizers(
                    connector -> HttpConnections.limit(connector.getProtocolHandler(), config.connections(), registry));
        };
    }

    @Bean
    FilterRegistrationBean<OverloadGate> overloadFilter(OverloadGate gate) {
        FilterRegistrationBean<OverloadGate> registration = new FilterRegistrationBean<>(gate);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    @Order(500)
    @GlobalServerInterceptor
    ServerInterceptor traceparent() {
        return new Traceparent();
    }

    @Bean
    RouterFunction<ServerResponse> dtmRoutes(
            ClientRequests requests,
            JdbiSagaStore store,
            JdbiTopicStore topics,
            CoordinatorConfig config,
            MeterRegistry registry,
            ObjectProvider<PrometheusMeterRegistry> scraped) {
        return new DtmHttp(
                        requests,
                        store,
                        new Desk(store),
                        topics,
                        config.limits(),
                        new RequestMetrics(registry, "http"),
                        () -> {
                            PrometheusMeterRegistry prometheus = scraped.getIfAvailable();
                            return prometheus == null ? "" : prometheus.scrape();
                        })
                .routes();
    }

    private record Desk(JdbiSagaStore store) implements DtmHttp.SagaDesk {

        @Override
        public boolean release(Gid gid) {
            return store.release(gid);
        }

        @Override
        public int hurry(Duration after, int limit) {
            return store.hurry(after, limit);
        }
    }

    /// Tells whether due sagas are found, which the database's own health does not.
    @Bean
    HealthIndicator dispatchHealthIndicator(Dispatcher dispatcher) {
        return () -> {
            Duration silence = dispatcher.sinceLastClaim();
            boolean up = silence.compareTo(CLAIM_SILENCE_MAX) < 0;
            return (up ? Health.up() : Health.down())
                    .withDetail("secondsSinceLastClaim", silence.toSeconds())
                    .build();
        };
    }

    record NodeName(String name) {}

    /// Starts after everything else and stops first.
    private static final class Dispatching implements SmartLifecycle {

        private final Dispatcher dispatcher;
        private volatile boolean running;

        Dispatching(Dispatcher dispatcher) {
            this.dispatcher = dispatcher;
        }

        @Override
        public void start() {
            dispatcher.start();
            running = true;
        }

        @Override
        public void stop() {
            dispatcher.close();
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return Integer.MAX_VALUE;
        }
    }
}
