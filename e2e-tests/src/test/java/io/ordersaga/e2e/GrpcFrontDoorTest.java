package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.ordersaga.stack.Port;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every gRPC server, by reflection alone: what it offers, and that it refuses bad input with a typed error.
@Tag("e2e")
class GrpcFrontDoorTest {
    /// What an answer must never show: class names, SQL, stack traces.
    private static final Pattern INNARDS =
            Pattern.compile("(?i)exception|java\\.|io\\.ordersaga|org\\.|\\bselect\\b|\\binsert\\b|\\bat \\w+\\(");

    private static final Map<Port, List<String>> SERVICES = Map.of(
            Port.ORDER,
                    List.of(
                            "ordersaga.order.v1.OrderService",
                            "ordersaga.order.v1.WebhookService",
                            "ordersaga.order.v1.OrderBranches"),
            Port.STOCK, List.of("ordersaga.stock.v1.StockService", "ordersaga.stock.v1.StockBranches"),
            Port.COUPON, List.of("ordersaga.coupon.v1.CouponService", "ordersaga.coupon.v1.CouponBranches"),
            Port.PAY,
                    List.of(
                            "ordersaga.pay.v1.PayService",
                            "ordersaga.pay.v1.PayWebhooks",
                            "ordersaga.pay.v1.PayBranches"),
            Port.COORDINATOR_GRPC, List.of("dtmgimp.Dtm"));

    /// Methods for which an empty message is a good request.
    private static final Set<String> EMPTY_IS_FINE = Set.of(
            "ordersaga.order.v1.OrderService.ListOrders",
            "ordersaga.order.v1.WebhookService.ListWebhookEndpoints",
            "ordersaga.stock.v1.StockService.ListProducts",
            "ordersaga.coupon.v1.CouponService.ListCoupons",
            "ordersaga.coupon.v1.CouponService.ListCouponTemplates",
            "ordersaga.pay.v1.PayService.ListPayments",
            "dtmgimp.Dtm.NewGid");

    private final Shop shop = Shop.open();

    @AfterAll
    static void booksBalance() {
        Shop.open().books.balance();
    }

    @ParameterizedTest
    @EnumSource(names = {"ORDER", "STOCK", "COUPON", "PAY", "COORDINATOR_GRPC"})
    void listsItsServicesAndHealth(Port port) {
        try (ReflectionClient client = new ReflectionClient(shop.port(port))) {
            assertThat(client.services()).containsAll(SERVICES.get(port)).contains("grpc.health.v1.Health");
            MethodDescriptor check = client.methods("grpc.health.v1.Health").stream()
                    .filter(method -> method.getName().equals("Check"))
                    .findFirst()
                    .orElseThrow();
            byte[] health = client.call(check, new byte[0], new Metadata());
            assertThat(health).as("SERVING").containsExactly(8, 1);
        }
    }

    @Test
    void callsAServiceWithNothingButReflection() throws Exception {
        try (ReflectionClient client = new ReflectionClient(shop.port(Port.STOCK))) {
            MethodDescriptor get = method(client, "ordersaga.stock.v1.StockService", "GetProduct");
            DynamicMessage request = DynamicMessage.newBuilder(get.getInputType())
                    .setField(get.getInputType().findFieldByName("product_id"), "2")
                    .build();
            DynamicMessage product = DynamicMessage.parseFrom(
                    get.getOutputType(), client.call(get, request.toByteArray(), new Metadata()));
            assertThat(product.getField(get.getOutputType().findFieldByName("title"))
                            .toString())
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ORDER", "STOCK", "COUPON", "PAY", "COORDINATOR_GRPC"})
    void refusesBadMessagesWithATypedError(Port port) {
        try (ReflectionClient client = new ReflectionClient(shop.port(port))) {
            SERVICES.getOrDefault(port, List.of()).stream()
                    .flatMap(service -> client.methods(service).stream())
                    .forEach(method -> {
                        assertThat(refusal(client, method, new byte[] {(byte) 0xff, 1, 2, 3}))
                                .as("garbage")
                                .isEqualTo(Code.INVALID_ARGUMENT);
                        if (!EMPTY_IS_FINE.contains(method.getFullName())) {
                            assertThat(refusal(client, method, new byte[0]))
                                    .as("empty " + method.getFullName())
                                    .isIn(Code.INVALID_ARGUMENT, Code.UNIMPLEMENTED);
                        }
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ORDER", "STOCK", "COUPON", "PAY"})
    void refusesHugeMessages(Port port) {
        byte[] huge = new byte[1024 * 1024];
        try (ReflectionClient client = new ReflectionClient(shop.port(port))) {
            SERVICES.getOrDefault(port, List.of()).stream()
                    .flatMap(service -> client.methods(service).stream())
                    .forEach(method -> assertThat(refusal(client, method, huge)).isEqualTo(Code.RESOURCE_EXHAUSTED));
        }
    }

    private static Code refusal(ReflectionClient client, MethodDescriptor method, byte[] request) {
        Metadata headers = new Metadata();
        Stream.of("dtm-gid", "dtm-trans_type", "dtm-branch_id", "dtm-op")
                .forEach(key -> headers.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), "e2e-bad-input"));
        StatusRuntimeException refusal =
                catchThrowableOfType(StatusRuntimeException.class, () -> client.call(method, request, headers));
        assertThat(refusal).as(method.getFullName()).isNotNull();
        assertThat(String.valueOf(refusal.getStatus().getDescription())).doesNotContainPattern(INNARDS);
        byte[] details = refusal.getTrailers() == null
                ? null
                : refusal.getTrailers()
                        .get(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER));
        if (details != null) {
            assertThat(new String(details, StandardCharsets.UTF_8)).doesNotContainPattern(INNARDS);
        }
        return refusal.getStatus().getCode();
    }

    private static MethodDescriptor method(ReflectionClient client, String service, String name) {
        return client.methods(service).stream()
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
