package io.ordersaga.bench.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pages as the coordinator writes them, of a server that writes down what it is asked.
class OpenPageTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;
    private Viewer viewer;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        viewer = new Viewer(
                client, URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "ordersaga=secret");
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        String version = headers.getFirst("X-Page-Version");
        asked.add(exchange.getRequestURI() + " " + headers.getFirst("Cookie") + " " + headers.getFirst("X-Unattended")
                + " " + version);
        String region = """
                <div id="live" data-live hx-get="/list?filter=a&amp;part=live" data-version="VERSION"
                 hx-trigger="every 5s, refresh from:body" hx-swap="morph">here</div>
                """;
        boolean still = exchange.getRequestURI().getPath().equals("/still");
        byte[] body = (still ? "<div>here</div>" : region.replace("VERSION", version == null ? "one" : "two"))
                .getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            if ("two".equals(version)) {
                exchange.sendResponseHeaders(204, -1);
            } else {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Test
    void asksForWhatItsHtmlSaysWithTheVersionThatItHas() {
        OpenPage page = OpenPage.of(viewer, "/list?filter=a");

        assertThat(page.interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(page.refresh()).isTrue();
        assertThat(page.refresh()).isFalse();
        assertThat(asked)
                .containsExactly(
                        "/list?filter=a ordersaga=secret null null",
                        "/list?filter=a&part=live ordersaga=secret true one",
                        "/list?filter=a&part=live ordersaga=secret true two");
    }

    @Test
    void aPageThatStandsStillIsNamed() {
        assertThatThrownBy(() -> OpenPage.of(viewer, "/still"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("/still has no ");
    }
}
