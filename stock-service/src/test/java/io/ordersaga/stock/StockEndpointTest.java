package io.ordersaga.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.stock.v1.AdjustStockRequest;
import io.ordersaga.stock.v1.BatchGetProductsRequest;
import io.ordersaga.stock.v1.CreateProductRequest;
import io.ordersaga.stock.v1.GetProductRequest;
import io.ordersaga.stock.v1.ListMovementsRequest;
import io.ordersaga.stock.v1.ListProductsRequest;
import io.ordersaga.stock.v1.ListProductsResponse;
import io.ordersaga.stock.v1.Product;
import io.ordersaga.stock.v1.ReceiveStockRequest;
import io.ordersaga.stock.v1.StockLine;
import io.ordersaga.stock.v1.StockServiceGrpc;
import io.ordersaga.stock.v1.StockServiceGrpc.StockServiceBlockingStub;
import io.ordersaga.stock.v1.UpdateProductRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Looking at products. There are 125 of them, `a-000` to `a-124`, with 7 pieces each.
@DatabaseTest
class StockEndpointTest {
    private static StockFixture stock;
    private static StockServiceBlockingStub stub;

    @BeforeAll
    static void start(TestDatabase database) {
        stock = StockFixture.start(database);
        stub = StockServiceGrpc.newBlockingStub(stock.service().channel());
        for (int i = 0; i < 125; i++) {
            stock.product("a-%03d".formatted(i), 7);
        }
    }

    @AfterAll
    static void stop() {
        stock.close();
    }

    @Test
    void aProductIsShownWithItsPriceAndWhatIsLeft() {
        Product shown = stub.getProduct(
                GetProductRequest.newBuilder().setProductId("a-000").build());

        assertThat(shown.hasCreateTime() && shown.hasUpdateTime()).isTrue();
        assertThat(shown.toBuilder().clearCreateTime().clearUpdateTime().build())
                .isEqualTo(Product.newBuilder()
                        .setProductId("a-000")
                        .setSku("a-000")
                        .setEtag("1.1")
                        .setTitle("Tea cup")
                        .setUnitPrice(StockFixture.money(1100))
                        .setAvailable(7)
                        .setActive(true)
                        .build());
    }

    @Test
    void anUnknownProductIsNotFound() {
        Answer answer = call(
                "GetProduct",
                GetProductRequest.newBuilder().setProductId("A-000").build());

        assertThat(answer.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(answer.errorInfo().getReason()).isEqualTo("PRODUCT_NOT_FOUND");
        assertThat(answer.errorInfo().getDomain()).isEqualTo("stock.ordersaga");
        assertThat(answer.errorInfo().getMetadataMap()).isEqualTo(Map.of("product_id", "A-000"));
    }

    @Test
    void severalProductsAreShownAtOnceAndUnknownOnesLeftOut() {
        assertThat(stub.batchGetProducts(BatchGetProductsRequest.newBuilder()
                                .addAllProductIds(List.of("a-002", "nothing", "a-001", "a-002"))
                                .build())
                        .getProductsList())
                .extracting(Product::getProductId)
                .containsExactly("a-001", "a-002");
    }

    @Test
    void pagesAreOfTheSizeAskedForWithinItsBounds() {
        assertThat(list(0, "").getProductsCount()).isEqualTo(20);
        assertThat(list(1, "").getProductsCount()).isEqualTo(1);
        assertThat(list(100, "").getProductsCount()).isEqualTo(100);
        assertThat(list(101, "").getProductsCount()).isEqualTo(100);
        assertThat(list(Integer.MAX_VALUE, "").getProductsCount()).isEqualTo(100);
    }

    @Test
    void thePagesTogetherAreAllProductsOnce() {
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            ListProductsResponse page = list(25, token);
            page.getProductsList().forEach(product -> seen.add(product.getProductId()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(seen).hasSize(125).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void theLastPageHasNoTokenEvenWhenItIsFull() {
        ListProductsResponse first = list(100, "");
        assertThat(list(25, first.getNextPageToken()).getNextPageToken()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%%%", "djE6", "djI6YS0wMDA", "djE6JyBPUiAxPTE"})
    void aTokenThatWeDidNotGiveIsRefused(String token) {
        assertThatThrownBy(() -> list(10, token)).isInstanceOfSatisfying(StatusRuntimeException.class, thrown -> {
            Answer answer = Answer.of(thrown);
            assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(answer.errorInfo().getReason()).isEqualTo("INVALID_REQUEST");
            assertThat(answer.violatedFields()).containsExactly("page_token");
        });
        assertThat(Base64.getUrlDecoder().decode("djI6YS0wMDA")).asString().isEqualTo("v2:a-000");
    }

    @Test
    void invalidRequestsAreRefusedByField() {
        invalid("GetProduct", GetProductRequest.getDefaultInstance(), "product_id");
        invalid("GetProduct", GetProductRequest.newBuilder().setProductId("a'").build(), "product_id");
        invalid("BatchGetProducts", BatchGetProductsRequest.getDefaultInstance(), "product_ids");
        invalid(
                "BatchGetProducts",
                BatchGetProductsRequest.newBuilder()
                        .addAllProductIds(Collections.nCopies(101, "a"))
                        .build(),
                "product_ids");
        invalid(
                "BatchGetProducts",
                BatchGetProductsRequest.newBuilder().addProductIds("").build(),
                "product_ids[0]");
        AdjustStockRequest adjustment = AdjustStockRequest.newBuilder()
                .setProductId("a-001")
                .setDelta(1)
                .setReason(AdjustStockRequest.Reason.COUNT)
                .setRequestId("k")
                .build();
        invalid("AdjustStock", adjustment.toBuilder().setDelta(0).build(), "delta");
        invalid("AdjustStock", adjustment.toBuilder().clearReason().build(), "reason");
        invalid("AdjustStock", adjustment.toBuilder().clearRequestId().build(), "request_id");
        invalid("ListProducts", ListProductsRequest.newBuilder().setPageSize(-1).build(), "page_size");
        invalid(
                "ListProducts",
                ListProductsRequest.newBuilder().setPageToken("x".repeat(257)).build(),
                "page_token");
    }

    @Test
    void nonsenseIsTheCallersMistake() {
        assertThat(RawCalls.nonsense(
                        stock.service().channel(), StockServiceGrpc.getServiceDescriptor(), new Metadata()))
                .hasSize(32)
                .allSatisfy((call, answer) -> assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    void staffAddAndChangeProducts() {
        CreateProductRequest tea = CreateProductRequest.newBuilder()
                .setProductId("z-tea")
                .setSku("TEA/1.0")
                .setTitle("Sencha")
                .setUnitPrice(StockFixture.money(4500))
                .setRequestId("k1")
                .build();
        Product added = stub.createProduct(tea);
        assertThat(added.getAvailable()).isZero();
        assertThat(added.getActive()).isTrue();
        assertThat(stub.createProduct(tea)).isEqualTo(added);
        refused(
                "CreateProduct",
                tea.toBuilder().clearRequestId().build(),
                Status.Code.ALREADY_EXISTS,
                "PRODUCT_EXISTS");
        refused(
                "CreateProduct",
                tea.toBuilder().setRequestId("k2").setProductId("z-other").build(),
                Status.Code.ALREADY_EXISTS,
                "SKU_EXISTS");

        UpdateProductRequest change = UpdateProductRequest.newBuilder()
                .setProductId("z-tea")
                .setTitle("Sencha, 100 g")
                .setActive(false)
                .setEtag(added.getEtag())
                .build();
        Product changed = stub.updateProduct(change);
        assertThat(changed.getTitle()).isEqualTo("Sencha, 100 g");
        assertThat(changed.getActive()).isFalse();
        assertThat(changed.getUnitPrice()).isEqualTo(added.getUnitPrice());
        assertThat(changed.getSku()).isEqualTo("TEA/1.0");
        refused("UpdateProduct", change, Status.Code.ABORTED, "ETAG_MISMATCH");
        refused("UpdateProduct", change.toBuilder().setEtag("x").build(), Status.Code.ABORTED, "ETAG_MISMATCH");
        UpdateProductRequest sku =
                change.toBuilder().clearEtag().setSku("a-000").build();
        refused("UpdateProduct", sku, Status.Code.ALREADY_EXISTS, "SKU_EXISTS");
        refused(
                "UpdateProduct",
                change.toBuilder().setProductId("nothing").build(),
                Status.Code.NOT_FOUND,
                "PRODUCT_NOT_FOUND");
        assertThat(stub.updateProduct(sku.toBuilder().setSku("TEA/1.1").build()).getSku())
                .isEqualTo("TEA/1.1");
        stock.database().update("DELETE FROM stock WHERE product_id = 'z-tea'");
    }

    @Test
    void customersLookAndStaffDo() {
        GetProductRequest get =
                GetProductRequest.newBuilder().setProductId("a-001").build();
        assertThat(stock.call("GetProduct", "u1", "customer", get).code()).isEqualTo(Status.Code.OK);
        for (var request : Map.of(
                        "CreateProduct",
                        CreateProductRequest.newBuilder()
                                .setProductId("z")
                                .setTitle("Z")
                                .setUnitPrice(StockFixture.money(1))
                                .build(),
                        "UpdateProduct",
                        UpdateProductRequest.newBuilder().setProductId("a-001").build(),
                        "AdjustStock",
                        AdjustStockRequest.newBuilder()
                                .setProductId("a-001")
                                .setDelta(1)
                                .setReason(AdjustStockRequest.Reason.COUNT)
                                .setRequestId("k")
                                .build(),
                        "ReceiveStock",
                        ReceiveStockRequest.newBuilder()
                                .addLines(StockLine.newBuilder()
                                        .setProductId("a-001")
                                        .setQuantity(1))
                                .setRequestId("k")
                                .build(),
                        "ListMovements",
                        ListMovementsRequest.newBuilder().setProductId("a-001").build())
                .entrySet()) {
            Answer answer = stock.call(request.getKey(), "u1", "customer", request.getValue());
            assertThat(answer.code()).as(request.getKey()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(answer.errorInfo().getReason()).isEqualTo("ROLE_MISSING");
        }
        assertThat(stock.available("a-001")).isEqualTo(7);
    }

    @Test
    void readinessIncludesTheDatabase() {
        assertThat(stock.service().manage("/actuator/health/readiness").body()).contains("\"db\":{\"status\":\"UP\"}");
        assertThat(stock.service().manage("/actuator/health/liveness").body()).doesNotContain("db");
    }

    private static ListProductsResponse list(int size, String token) {
        return stub.listProducts(ListProductsRequest.newBuilder()
                .setPageSize(size)
                .setPageToken(token)
                .build());
    }

    private static void refused(String method, Message request, Status.Code code, String reason) {
        Answer answer = call(method, request);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.errorInfo().getReason()).isEqualTo(reason);
    }

    private static void invalid(String method, Message request, String field) {
        Answer answer = call(method, request);
        assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.errorInfo().getReason()).isEqualTo("INVALID_REQUEST");
        assertThat(answer.violatedFields()).containsExactly(field);
    }

    private static Answer call(String method, Message request) {
        return RawCalls.call(stock.service().channel(), "ordersaga.stock.v1.StockService/" + method, request);
    }
}
