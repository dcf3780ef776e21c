package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Every route of the gateway, as its own OpenAPI document lists them, with the real services behind it: bad input gets
/// a
/// typed error that names the field and shows nothing of the inside.
@Tag("e2e")
class HttpFrontDoorTest {
    private static final Pattern INNARDS = Pattern.compile(
            "(?i)exception|java\\.|io\\.ordersaga|org\\.apache|org\\.spring|\\bselect\\b|\\binsert\\b|\\bat \\w+\\(");

    private final Shop shop = Shop.open();

    @AfterAll
    static void booksBalance() {
        Shop.open().books.balance();
    }

    @ParameterizedTest
    @MethodSource("posts")
    void refusesBadBodies(String path) {
        assertRefused(shop.gateway.post(path, ""), 400);
        assertRefused(shop.gateway.post(path, "{\"userId\":"), 400);
        assertRefused(shop.gateway.post(path, "[]"), 400);
        assertThat(assertRefused(shop.gateway.post(path, "{\"noSuchField\":1}"), 400))
                .contains("noSuchField");
        assertRefused(shop.gateway.post(path, "{\"userId\":\"" + "1".repeat(1024 * 1024) + "\"}"), 413);
        assertRefused(
                shop.gateway.send(shop.gateway
                        .request(path)
                        .setHeader("content-type", "text/plain")
                        .POST(BodyPublishers.ofString("hello"))
                        .build()),
                415);
        assertRefused(
                shop.gateway.send(shop.gateway
                        .request(path)
                        .method("TRACE", BodyPublishers.noBody())
                        .build()),
                405);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "userId       | {\"productId\":1,\"amount\":1100,\"productCount\":1}",
                "userId       | {\"userId\":-1,\"productId\":1,\"amount\":1100,\"productCount\":1}",
                "userId       | {\"userId\":0,\"productId\":1,\"amount\":1100,\"productCount\":1}",
                "userId       | {\"userId\":1.5,\"productId\":1,\"amount\":1100,\"productCount\":1}",
                "productCount | {\"userId\":1,\"productId\":1,\"amount\":1100,\"productCount\":0}",
                "productCount | {\"userId\":1,\"productId\":1,\"amount\":1100,\"productCount\":-5}",
                "productCount | {\"userId\":1,\"productId\":1,\"amount\":1100,\"productCount\":10000}",
                "productCount | {\"userId\":1,\"productId\":1,\"amount\":1100,\"productCount\":\"many\"}",
                "amount       | {\"userId\":1,\"productId\":1,\"amount\":4294967296,\"productCount\":1}",
                "amount       | {\"userId\":1,\"productId\":1,\"productCount\":1}",
            })
    void namesTheFieldOfABadOrder(String field, String body) {
        GatewayClient.Answer answer = shop.gateway.post("/api/v1/submit", body);
        assertRefused(answer, 400);
        JsonNode details = answer.body().at("/error/details");
        assertThat(details.toString()).contains("BadRequest").containsIgnoringCase("\"" + field + "\"");
    }

    @Test
    void takesBothSpellings() {
        long product = shop.newId();
        shop.books.addProduct(product, 1);
        GatewayClient.Answer answer = shop.gateway.post(
                "/api/v1/submit",
                "{\"userID\":\"7\",\"productID\":%d,\"amount\":1100,\"productCount\":1}".formatted(product));
        assertThat(answer.code()).as(answer.text()).isEqualTo(200);
        shop.outcome(answer.body().get("orderId").asString());
    }

    @Test
    void refusesAWrongPrice() {
        GatewayClient.Answer answer =
                shop.gateway.post("/api/v1/submit", "{\"userId\":1,\"productId\":2,\"amount\":1,\"productCount\":1}");
        assertRefused(answer, 400);
        assertThat(answer.reason()).isEqualTo("PRICE_CHANGED");
    }

    @Test
    void unknownThingsAreNotFound() {
        assertRefused(shop.gateway.get("/api/v1/nothing"), 404);
        assertRefused(shop.gateway.get("/..%2f..%2fetc"), 404);
        assertThat(shop.gateway.get("/api/v1/orders/no-such-order").reason()).isEqualTo("ORDER_NOT_FOUND");
        assertThat(shop.gateway.get("/api/v1/products/no-such-product").reason())
                .isEqualTo("PRODUCT_NOT_FOUND");
        assertRefused(shop.gateway.get("/api/v1/orders/not%20an%20id"), 400);
        assertRefused(shop.gateway.get("/api/v1/products?pageSize=-1"), 400);
        assertThat(assertRefused(shop.gateway.get("/api/v1/products?noSuchParameter=1"), 400))
                .contains("noSuchParameter");
    }

    private static List<String> posts() {
        JsonNode paths = Shop.open().gateway.get("/openapi.json").body().get("paths");
        List<String> posts = paths.propertyStream()
                .filter(path -> path.getValue().at("/post/requestBody/content").has("application/json"))
                .map(path -> path.getKey().replaceAll("\\{[^}]*}", "1"))
                .toList();
        assertThat(posts).contains("/api/v1/submit", "/api/v1/orders");
        return posts;
    }

    private static String assertRefused(GatewayClient.Answer answer, int code) {
        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        assertThat(answer.text()).doesNotContainPattern(INNARDS);
        JsonNode error = answer.body().path("error");
        assertThat(error.path("code").asInt()).as(answer.text()).isEqualTo(code);
        assertThat(error.path("status").asString("")).isNotEmpty();
        assertThat(error.path("message").asString("")).isNotEmpty();
        return answer.text();
    }
}
