package io.ordersaga.stack;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Who listens where, who calls whom, who owns which schema: the settings of each program, as environment
/// variables.
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
                    case STOCK -> service(component, Port.STOCK);
                    case COUPON -> service(component, Port.COUPON);
                    case PAY -> pay();
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

    Account administrator() {
        return database.administrator();
    }

    Account auditor() {
        return database.auditor(secrets);
    }

    private Map<String, String> coordinator() {
        Map<String, String> environment = grpc(Port.COORDINATOR_GRPC);
        environment.putAll(http(Port.COORDINATOR));
        // Whoever tries a saga of their own on this machine finds their branches called, over whichever
        // port.
        environment.put(
                "ORDERSAGA_COORDINATOR_ALLOWED_TARGETS",
                "grpc://127.0.0.1:*,http://127.0.0.1:*,grpc://localhost:*,http://localhost:*");
        environment.put("ORDERSAGA_COORDINATOR_ADMIN_ACCESS_INITIALPASSWORD", secrets.get(Secrets.ADMIN));
        environment.put("ORDERSAGA_COORDINATOR_ADMIN_ALERT_SEALING_KEY", secrets.key(Secrets.SEALING));
        // Only this machine reaches it, and without TLS.
        environment.put("ORDERSAGA_COORDINATOR_ADMIN_ACCESS_SESSION_SECURECOOKIE", "false");
        return environment;
    }

    private Map<String, String> order() {
        Map<String, String> environment = service(Component.ORDER, Port.ORDER);
        environment.put("SPRING_GRPC_CLIENT_CHANNEL_COORDINATOR_TARGET", "static://" + address(Port.COORDINATOR_GRPC));
        environment.put("SPRING_GRPC_CLIENT_CHANNEL_STOCK_TARGET", "static://" + address(Port.STOCK));
        environment.put("SPRING_GRPC_CLIENT_CHANNEL_COUPON_TARGET", "static://" + address(Port.COUPON));
        environment.put("ORDERSAGA_ORDER_COORDINATORURL", "http://" + address(Port.COORDINATOR));
        environment.putAll(
                branches("ORDERSAGA_ORDER_", Component.ORDER, Component.STOCK, Component.COUPON, Component.PAY));
        environment.put("ORDERSAGA_ORDERWEBHOOKS_SEALING_KEY", secrets.key(Secrets.SEALING));
        Account auditor = auditor();
        environment.put("ORDERSAGA_AUDIT_URL", auditor.url());
        environment.put("ORDERSAGA_AUDIT_PASSWORD", auditor.password());
        return environment;
    }

    /// With the mock provider: nobody moves money from here.
    private Map<String, String> pay() {
        Map<String, String> environment = service(Component.PAY, Port.PAY);
        environment.put("ORDERSAGA_PAY_COORDINATOR", "static://" + address(Port.COORDINATOR_GRPC));
        environment.putAll(branches("ORDERSAGA_PAY_", Component.ORDER, Component.STOCK, Component.COUPON));
        environment.put("ORDERSAGA_PAY_MOCK_ENABLED", "true");
        environment.put("ORDERSAGA_PAY_MOCK_PORT", number(Port.PAY_MOCK));
        environment.put("ORDERSAGA_PAY_MOCK_WEBHOOKURL", "http://" + address(Port.GATEWAY) + "/webhooks/payments/mock");
        return environment;
    }

    /// Where whoever submits sagas says that their branches are.
    private Map<String, String> branches(String prefix, Component... services) {
        Map<String, String> environment = new TreeMap<>();
        environment.put(prefix + "BRANCHES_TRANSPORT", settings.branches().label());
        for (Component service : services) {
            environment.put(prefix + "BRANCHES_" + service.name(), address(Port.valueOf(service.name())));
            environment.put(prefix + "BRANCHES_HTTP_" + service.name(), "http://" + address(Port.branchesOf(service)));
        }
        return environment;
    }

    /// A service with branches. They are there over HTTP too, so that they can be tried, and a stack can change
    /// over while it runs.
    private Map<String, String> service(Component component, Port port) {
        Map<String, String> environment = grpc(port);
        environment.put("ORDERSAGA_BRANCHES_HTTP_ENABLED", "true");
        environment.put("ORDERSAGA_BRANCHES_HTTP_PORT", number(Port.branchesOf(component)));
        return environment;
    }

    private Map<String, String> gateway() {
        Map<String, String> environment = http(Port.GATEWAY);
        environment.put("ORDERSAGA_GATEWAY_UPSTREAMS_ORDER_TARGET", address(Port.ORDER));
        environment.put("ORDERSAGA_GATEWAY_UPSTREAMS_STOCK_TARGET", address(Port.STOCK));
        environment.put("ORDERSAGA_GATEWAY_UPSTREAMS_COUPON_TARGET", address(Port.COUPON));
        environment.put("ORDERSAGA_GATEWAY_UPSTREAMS_PAY_TARGET", address(Port.PAY));
        return environment;
    }

    private Map<String, String> http(Port port) {
        return new TreeMap<>(
                Map.of("SERVER_ADDRESS", LOOPBACK, "SERVER_PORT", number(port), "MANAGEMENT_SERVER_ADDRESS", LOOPBACK));
    }

    /// A service without HTTP of its own serves its management there, so that is what has an address.
    private Map<String, String> grpc(Port port) {
        return new TreeMap<>(Map.of(
                "SPRING_GRPC_SERVER_ADDRESS",
                LOOPBACK,
                "SPRING_GRPC_SERVER_PORT",
                number(port),
                // Whoever reaches loopback may do everything, so that a first curl needs no identity.
                "ORDERSAGA_IDENTITY_ANONYMOUSROLES",
                "staff",
                "SERVER_ADDRESS",
                LOOPBACK));
    }

    private String address(Port port) {
        return LOOPBACK + ":" + number(port);
    }

    private String number(Port port) {
        return Integer.toString(settings.ports().get(port));
    }
}
