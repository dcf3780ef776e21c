package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.transcoder.transcoding.Contracts;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The gateway's own documents.
class PagesTest {
    private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"([^\"]+)\"");
    private static FakeUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        upstream = FakeUpstream.start();
        gateway = RunningGateway.start(upstream, Map.of());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void theRootNamesTheDocuments() {
        RunningGateway.Reply index = gateway.get("/");

        assertThat(index.json().at("/links/openapi").asString()).isEqualTo("/openapi.json");
        index.json()
                .path("links")
                .forEach(link -> assertThat(gateway.get(link.asString()).code()).isEqualTo(200));
    }

    @Test
    void theDocumentDescribesThisGateway() {
        assertThat(gateway.get("/openapi.json").json().path("paths").propertyNames())
                .contains("/api/v1/submit", "/api/v1/orders/{orderId}", "/api/v1/products:batchGet");
        assertThat(gateway.bean(Contracts.class).services()).isNotEmpty();
    }

    @Test
    void swaggerUiLoadsOnlyFromHere() {
        RunningGateway.Reply page = gateway.get("/apis/swagger/index.html");

        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.header("Content-Security-Policy")).contains("script-src 'self';", "default-src 'none'");
        assertThat(page.text()).doesNotContain("<script>", "onload=");
        List<String> loaded = LOADED.matcher(page.text())
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(loaded).hasSize(4).allSatisfy(file -> {
            assertThat(file).doesNotContain("/");
            RunningGateway.Reply reply = gateway.get("/apis/swagger/" + file);
            assertThat(reply.code()).isEqualTo(200);
            assertThat(reply.body()).isNotEmpty();
        });
        assertThat(gateway.get("/apis/swagger/initializer.js").text()).contains("\"/openapi.json\"");
    }

    @Test
    void theFolderLeadsToThePage() {
        for (String path : List.of("/apis/swagger", "/apis/swagger/")) {
            RunningGateway.Reply reply = gateway.get(path);

            assertThat(reply.code()).isEqualTo(302);
            assertThat(reply.header("Location")).isEqualTo("/apis/swagger/index.html");
        }
    }

    @Test
    void nothingElseIsServed() {
        for (String path : List.of(
                "/apis/swagger/../../application.yaml",
                "/apis/swagger/oauth2-redirect.html",
                "/webjars/swagger-ui/index.html",
                "/META-INF/ordersaga/shop-proto.binpb",
                "/error",
                "/actuator",
                "/actuator/health",
                "/favicon.ico")) {
            ErrorAnswers.assertError(gateway.get(path), 404, "ROUTE_NOT_FOUND");
        }
        ErrorAnswers.assertError(gateway.postJson("/openapi.json", "{}"), 405, "METHOD_NOT_ALLOWED");
    }
}
