package io.ordersaga.stack;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Who listens where, who calls whom, who owns which schema: the settings of each program, as environment variables.
final class Topology {
    private static final String LOOPBACK = "127.0.0.1";

    private final StackSettings settings;
    private final DatabaseServer database;
    private final Secrets secrets;

    Topology(StackSettings settings, DatabaseServer database, Secrets secrets) {
        this.settings = settings;
        this.database = database;
        this.secrets = secrets;
    }

    Map<String, String> environment(Component component) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("SPRING_PROFILES_ACTIVE", settings.profile());
        environment.put("MANAGEMENT_SERVER_ADDRESS", LOOPBACK);
        environment.put("MANAGEMENT_SERVER_PORT", number(Port.managementOf(component)));
        schema(component).map(this::account).ifPresent(account -> {
            environment.put("SPRING_DATASOURCE_URL", account.url());
            environment.put("SPRING_DATASOURCE_USERNAME", account.user());
            environment.put("SPRING_DATASOURCE_PASSWORD", account.password());
        });
        environment.putAll(
                switch (component) {
                    case DATABASE -> throw new IllegalArgumentException("The database is not one of our programs");
                    case COORDINATOR -> coordinator();
                    case STOCK -> grpc(Port.STOCK);
                    case COUPON -> grpc(Port.COUPON);
                    case PAY -> grpc(Port.PAY);
                    case ORDER -> order();
                    case GATEWAY -> gateway();
                });
        return environment;
    }

    /// The schema that a component owns; nobody else may touch it.
    static Optional<String> schema(Component component) {
        return switch (component) {
            case DATABASE, GATEWAY -> Optional.empty();
            case COORDINATOR -> Optional.of("ordersaga_saga");
            case STOCK, COUPON, PAY, ORDER -> Optional.of("ordersaga_" + component.label());
        };
    }

    Account account(String schema) {
        return database.account(schema, secrets);
    }

    private Map<String, String> coordinator() {
        Map<String, String> environment = grpc(Port.COORDINATOR_GRPC);
        environment.putAll(http(Port.COORDINATOR));
        return environment;
    }

    private Map<String, String> order() {
        Map<String, String> environment = grpc(Port.ORDER);
        environment.put("ORDERSAGA_ORDER_COORDINATOR", address(Port.COORDINATOR_GRPC));
        return environment;
    }

    private Map<String, String> gateway() {
        return http(Port.GATEWAY);
    }

    private Map<String, String> http(Port port) {
        return new TreeMap<>(Map.of("SERVER_ADDRESS", LOOPBACK, "SERVER_PORT", number(port)));
    }

    private Map<String, String> grpc(Port port) {
        return new TreeMap<>(Map.of("SPRING_GRPC_SERVER_ADDRESS", LOOPBACK, "SPRING_GRPC_SERVER_PORT", number(port)));
    }

    private String address(Port port) {
        return LOOPBACK + ":" + number(port);
    }

    private String number(Port port) {
        return Integer.toString(settings.ports().get(port));
    }
}
