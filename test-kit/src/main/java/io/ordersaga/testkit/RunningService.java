package io.ordersaga.testkit;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/// A Boot program of ours in this JVM, on free ports, called over real connections. The module under test
/// brings Spring;
/// nothing else of test-kit needs it.
public final class RunningService implements AutoCloseable {
    private final ConfigurableApplicationContext context;
    private final ManagedChannel channel;
    private final HttpClient http = HttpClient.newHttpClient();

    private RunningService(ConfigurableApplicationContext context) {
        this.context = context;
        this.channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", context.getBean(GrpcServerLifecycle.class).getPort())
                .usePlaintext()
                .build();
    }

    /// Starts `app` as its main method would. `settings` win over everything in its configuration files.
    /// Calls without identity are staff's unless they say otherwise.
    public static RunningService start(Class<?> app, Map<String, String> settings) {
        return start(app, settings, List.of());
    }

    /// The same with beans of the test's own.
    ///
    /// @param beans classes with bean methods
    public static RunningService start(Class<?> app, Map<String, String> settings, List<Class<?>> beans) {
        Map<String, Object> arguments = new HashMap<>(settings);
        arguments.putIfAbsent("spring.grpc.server.port", "0");
        arguments.putIfAbsent("server.port", "0");
        arguments.putIfAbsent("management.server.port", "0");
        arguments.putIfAbsent("ordersaga.identity.anonymous-roles", "staff");
        return new RunningService(new SpringApplicationBuilder(app)
                .sources(beans.toArray(Class<?>[]::new))
                .run(arguments.entrySet().stream()
                        .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new)));
    }

    /// Starts `app` on a schema of the test's own.
    public static RunningService start(Class<?> app, TestDatabase database, String... profiles) {
        return start(app, settings(database, profiles));
    }

    /// What makes a program use that schema.
    public static Map<String, String> settings(TestDatabase database, String... profiles) {
        return Map.of(
                "spring.datasource.url", database.jdbcUrl(),
                "spring.datasource.username", database.username(),
                "spring.datasource.password", database.password(),
                "spring.profiles.active", String.join(",", profiles));
    }

    /// A connection to its gRPC server.
    public ManagedChannel channel() {
        return channel;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /// Asks its management port, such as for `/actuator/health/readiness`.
    public HttpResponse<String> manage(String path) {
        String port = context.getEnvironment().getRequiredProperty("local.management.port");
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        context.close();
    }
}
