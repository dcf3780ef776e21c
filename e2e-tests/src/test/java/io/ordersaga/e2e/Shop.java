package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.LocalStack;
import io.ordersaga.stack.Overrides;
import io.ordersaga.stack.Port;
import io.ordersaga.stack.Ports;
import io.ordersaga.stack.StackFolder;
import io.ordersaga.stack.StackSettings;
import io.ordersaga.stack.Transport;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The one running system of this test JVM, on free ports and an empty database of its own, with a [BranchProxy]
/// and an [HttpBranchProxy] between the coordinator and each service. Started at the first use, stopped with the JVM.
final class Shop {
    /// From a start of what was missing to the end of the order that waited for it.
    static final Duration RECOVERY_LIMIT = Duration.ofSeconds(30);

    private static final Duration OUTCOME_LIMIT = Duration.ofSeconds(20);
    private static @Nullable Shop running;

    private final Ports ports = Ports.free();
    private final LocalStack stack;
    private final Map<Component, BranchProxy> proxies;
    private final Map<Component, HttpBranchProxy> httpProxies;

    /// How the branches of new sagas are called.
    private volatile Transport transport = Transport.GRPC;

    private final AtomicLong ids = new AtomicLong(100_000);
    final GatewayClient gateway;
    final Books books;

    private Shop() {
        Path root = Path.of(System.getProperty("ordersaga.root", ".."));
        this.stack = LocalStack.open(
                StackSettings.of(root)
                        .withFolder(new StackFolder(Path.of("target/stack").toAbsolutePath()))
                        .withPorts(ports),
                line -> System.out.println("[stack] " + line));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stack::close));
        this.proxies = Map.of(
                Component.ORDER, new BranchProxy(ports.get(Port.ORDER)),
                Component.STOCK, new BranchProxy(ports.get(Port.STOCK)),
                Component.COUPON, new BranchProxy(ports.get(Port.COUPON)),
                Component.PAY, new BranchProxy(ports.get(Port.PAY)));
        this.httpProxies = Map.of(
                Component.ORDER, new HttpBranchProxy(ports.get(Port.ORDER_BRANCHES)),
                Component.STOCK, new HttpBranchProxy(ports.get(Port.STOCK_BRANCHES)),
                Component.COUPON, new HttpBranchProxy(ports.get(Port.COUPON_BRANCHES)),
                Component.PAY, new HttpBranchProxy(ports.get(Port.PAY_BRANCHES)));
        this.gateway = new GatewayClient(stack.url(Port.GATEWAY));
        this.books = new Books(stack);
        stack.startFresh(Component.programs().stream().collect(Collectors.toMap(program -> program, this::overrides)));
    }

    static Shop open() {
        return openOver(Transport.GRPC);
    }

    /// The same system, in which sagas that begin from now on have branches over this transport.
    static synchronized Shop openOver(Transport transport) {
        Shop shop = running;
        if (shop == null) {
            shop = new Shop();
            running = shop;
        }
        shop.changeOver(transport);
        shop.startWhatIsMissing();
        return shop;
    }

    /// Who submits sagas reads its settings when it starts.
    private void changeOver(Transport wanted) {
        if (transport != wanted) {
            transport = wanted;
            List.of(Component.ORDER, Component.PAY).forEach(this::kill);
        }
    }

    BranchProxy proxy(Component service) {
        return of(service, proxies);
    }

    HttpBranchProxy httpProxy(Component service) {
        return of(service, httpProxies);
    }

    private static <T> T of(Component service, Map<Component, T> proxies) {
        T proxy = proxies.get(service);
        if (proxy == null) {
            throw new IllegalArgumentException(service + " has no branches");
        }
        return proxy;
    }

    void kill(Component component) {
        stack.kill(component);
        assertThat(stack.awaitEnd(component, Duration.ofSeconds(10))).isTrue();
    }

    void start(Component component) {
        stack.start(component, overrides(component));
    }

    boolean running(Component component) {
        return stack.running(component);
    }

    int port(Port port) {
        return ports.get(port);
    }

    URI url(Port port) {
        return stack.url(port);
    }

    /// What a program printed lately.
    List<String> log(Component component) {
        return stack.log(component).tail(5_000);
    }

    /// A number that no other test uses, for a product, a user or a coupon.
    long newId() {
        return ids.incrementAndGet();
    }

    /// Submits the order of the document this system starts from, and returns its id.
    String submit(long user, long product, int count, long coupon) {
        String body = """
                {"userId":%d,"productId":%d,"amount":%d,"productCount":%d,"couponId":%d}
                """.formatted(user, product, Books.UNIT_PRICE * count, count, coupon);
        // 429 and 503 say that nothing was ordered: on a busy machine a customer may have to come again.
        GatewayClient.Answer answer = await().atMost(OUTCOME_LIMIT)
                .pollDelay(Duration.ZERO)
                .until(() -> gateway.post("/api/v1/submit", body), given -> given.code() != 429 && given.code() != 503);
        assertThat(answer.code()).as(answer.text()).isEqualTo(200);
        return answer.body().get("orderId").asString();
    }

    JsonNode order(String orderId) {
        GatewayClient.Answer answer = gateway.get("/api/v1/orders/" + orderId);
        assertThat(answer.code()).as(answer.text()).isEqualTo(200);
        return answer.body();
    }

    /// Waits until the order is no longer being placed, and returns it.
    JsonNode outcome(String orderId) {
        return outcome(orderId, OUTCOME_LIMIT);
    }

    JsonNode outcome(String orderId, Duration limit) {
        return await().atMost(limit)
                .pollInterval(Duration.ofMillis(100))
                // While the order-service itself is being restarted the gateway answers 503.
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .until(
                        () -> order(orderId),
                        order -> !order.get("state").asString().equals("PLACING"));
    }

    private void startWhatIsMissing() {
        Component.programs().parallelStream()
                .filter(component -> !stack.running(component))
                .forEach(this::start);
    }

    /// Who submits sagas names the proxies as the places of their steps; the coordinator may call them there.
    private Overrides overrides(Component component) {
        return switch (component) {
            case ORDER ->
                // Twice as patient as usual: what is told at once on a quiet machine still is on a busy one.
                Overrides.environment(with(
                        branches("ORDERSAGA_ORDER_", Component.ORDER, Component.STOCK, Component.COUPON, Component.PAY),
                        Map.of(
                                "ORDERSAGA_ORDER_PLACEMENT_OUTCOMEWAIT",
                                "4s",
                                "ORDERSAGA_ORDERFLOW_OUTCOMEWAIT",
                                "4s")));
            case PAY ->
                Overrides.environment(branches("ORDERSAGA_PAY_", Component.ORDER, Component.STOCK, Component.COUPON));
            case COORDINATOR ->
                Overrides.environment(
                        Map.of("ORDERSAGA_COORDINATOR_ALLOWED_TARGETS", "grpc://127.0.0.1:*,http://127.0.0.1:*"));
            case DATABASE, STOCK, COUPON, GATEWAY -> Overrides.NONE;
        };
    }

    private Map<String, String> branches(String prefix, Component... services) {
        Map<String, String> environment = new HashMap<>();
        environment.put(prefix + "BRANCHES_TRANSPORT", transport.label());
        for (Component service : services) {
            environment.put(
                    prefix + "BRANCHES_" + service.name(),
                    "127.0.0.1:" + proxy(service).port());
            environment.put(
                    prefix + "BRANCHES_HTTP_" + service.name(),
                    httpProxy(service).url());
        }
        return environment;
    }

    private static Map<String, String> with(Map<String, String> settings, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(more);
        return all;
    }
}
