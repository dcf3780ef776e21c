package io.ordersaga.bench.lab;

import io.ordersaga.stack.Ports;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How to run one coordinator: everything is said through its own settings.
///
/// @param name of the process and of its log
/// @param database where its schema is
/// @param schema which exists already; the coordinator fills it
/// @param grpcPort of DTM's gRPC service
/// @param httpPort of DTM's HTTP interface
/// @param managementPort of health and metrics
/// @param jvmFlags one set for all coordinators of a run: a start-up cache is made for it
/// @param startupCache whether such a cache is used; it pays when coordinators are started often
/// @param moreFlags of this one only
/// @param settings on top, as environment variables
public record CoordinatorSettings(
        String name,
        Server database,
        String schema,
        int grpcPort,
        int httpPort,
        int managementPort,
        List<String> jvmFlags,
        boolean startupCache,
        List<String> moreFlags,
        Map<String, String> settings) {
    private static final String LOOPBACK = "127.0.0.1";

    public CoordinatorSettings {
        jvmFlags = List.copyOf(jvmFlags);
        moreFlags = List.copyOf(moreFlags);
        settings = Map.copyOf(settings);
    }

    /// With all compilers, for measuring.
    public static CoordinatorSettings fullSpeed(String name, Server database, String schema) {
        return new CoordinatorSettings(
                name,
                database,
                schema,
                Ports.freePort(),
                Ports.freePort(),
                Ports.freePort(),
                List.of("-Xms512m", "-Xmx512m", "-XX:+UseCompactObjectHeaders"),
                false,
                List.of(),
                Map.of());
    }

    public CoordinatorSettings withFastStart() {
        return new CoordinatorSettings(
                name,
                database,
                schema,
                grpcPort,
                httpPort,
                managementPort,
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms128m", "-Xmn64m", "-Xmx256m"),
                true,
                moreFlags,
                settings);
    }

    public CoordinatorSettings withMoreFlags(List<String> flags) {
        return new CoordinatorSettings(
                name, database, schema, grpcPort, httpPort, managementPort, jvmFlags, startupCache, flags, settings);
    }

    public CoordinatorSettings with(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(settings);
        all.putAll(more);
        return new CoordinatorSettings(
                name, database, schema, grpcPort, httpPort, managementPort, jvmFlags, startupCache, moreFlags, all);
    }

    Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        environment.put("SPRING_DATASOURCE_URL", database.url(schema));
        environment.put("SPRING_DATASOURCE_USERNAME", database.user());
        environment.put("SPRING_DATASOURCE_PASSWORD", database.password());
        environment.put("SPRING_GRPC_SERVER_ADDRESS", LOOPBACK);
        environment.put("SPRING_GRPC_SERVER_PORT", Integer.toString(grpcPort));
        environment.put("SERVER_ADDRESS", LOOPBACK);
        environment.put("SERVER_PORT", Integer.toString(httpPort));
        environment.put("MANAGEMENT_SERVER_ADDRESS", LOOPBACK);
        environment.put("MANAGEMENT_SERVER_PORT", Integer.toString(managementPort));
        environment.put("ORDERSAGA_COORDINATOR_ALLOWED_TARGETS", "grpc://127.0.0.1:*,http://127.0.0.1:*");
        environment.put("ORDERSAGA_COORDINATOR_ALLOWED_TARGETS_0", "grpc://" + LOOPBACK + ":*");
        environment.put("ORDERSAGA_COORDINATOR_ALLOWED_TARGETS_1", "http://" + LOOPBACK + ":*");
        environment.putAll(settings);
        return environment;
    }
}
