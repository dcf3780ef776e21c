package io.ordersaga.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.stock.v1.BatchGetProductsRequest;
import io.ordersaga.stock.v1.GetProductRequest;
import io.ordersaga.stock.v1.ListProductsRequest;
import io.ordersaga.stock.v1.ListProductsResponse;
import io.ordersaga.stock.v1.Product;
import io.ordersaga.stock.v1.StockServiceGrpc;
import io.ordersaga.stock.v1.StockServiceGrpc.StockServiceBlockingStub;
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
        assertThat(stub.getProduct(
                        GetProductRequest.newBuilder().setProductId("a-000").build()))
                .isEqualTo(Product.newBuilder()
                        .setProductId("a-000")
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
