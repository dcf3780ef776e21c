package io.ordersaga.kit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Over real connections to servers of this machine, with a name service that says what the test wants.
class SignedPostTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final byte[] BODY = "{\"é\":1}".getBytes(StandardCharsets.UTF_8);

    private record Arrival(String path, String host, String signature, String body) {}

    private final List<Arrival> arrivals = Collections.synchronizedList(new ArrayList<>());
    private volatile int status = 204;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(address(127, 0, 0, 1), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                arrivals.add(new Arrival(
                        exchange.getRequestURI().toString(),
                        exchange.getRequestHeaders().getFirst("Host"),
                        exchange.getRequestHeaders().getFirst(Signature.HEADER),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
                exchange.getResponseHeaders().set("Location", "/elsewhere");
                exchange.sendResponseHeaders(status, -1);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private SignedPost.Result send(AddressRules rules, Duration deadline, String url) throws InterruptedException {
        try (SignedPost post = new SignedPost(rules, deadline)) {
            return post.send(URI.create(url), "secret", Map.of("Ordersaga-Event-Id", "A.1"), BODY, NOW);
        }
    }

    private static InetAddress address(int... octets) throws UnknownHostException {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return InetAddress.getByAddress(bytes);
    }

    private String url(String host) {
        return "http://" + host + ":" + server.getAddress().getPort();
    }

    @Test
    void aNoticeGoesToTheAddressThatWasLookedAt() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        // Whoever asked twice would get another address the second time.
        AddressRules rules = new AddressRules(true, true, host -> {
            assertThat(host).isEqualTo("hooks.example");
            return asked.getAndIncrement() == 0 ? List.of(address(127, 0, 0, 1)) : List.of(address(127, 9, 9, 9));
        });

        SignedPost.Result result = send(rules, Duration.ofSeconds(30), url("hooks.example") + "/a%20b?c=d");

        assertThat(result).isEqualTo(new SignedPost.Result(204, ""));
        assertThat(asked).hasValue(1);
        Arrival arrival = arrivals.getFirst();
        assertThat(arrival.path()).isEqualTo("/a%20b?c=d");
        assertThat(arrival.host())
                .isEqualTo("hooks.example:" + server.getAddress().getPort());
        assertThat(arrival.body()).isEqualTo(new String(BODY, StandardCharsets.UTF_8));
        assertThat(arrival.signature()).isEqualTo(Signature.of("secret", NOW, BODY));
    }

    @Test
    void aNameThatLeadsIntoTheOwnNetworkOrNowhereIsNotCalled() throws Exception {
        AddressRules inside =
                new AddressRules(true, false, _ -> List.of(address(93, 184, 216, 34), address(127, 0, 0, 1)));
        assertThat(send(inside, Duration.ofSeconds(30), url("rebound.example")).error())
                .isEqualTo("the URL must not lead into a private network");
        AddressRules nobody = new AddressRules(true, true, host -> {
            throw new UnknownHostException(host);
        });
        assertThat(send(nobody, Duration.ofSeconds(30), url("nobody.example")).error())
                .isEqualTo("the URL names a host that nobody knows");
        assertThat(nobody.objectionToAddress(URI.create("https://nobody.example/")))
                .contains("names a host that nobody knows");
        assertThat(arrivals).isEmpty();
    }

    @Test
    void anotherAddressIsTriedAndARedirectIsNoSuccess() throws Exception {
        AddressRules two = new AddressRules(true, true, _ -> List.of(address(127, 0, 0, 7), address(127, 0, 0, 1)));
        status = 302;
        assertThat(send(two, Duration.ofSeconds(30), url("two.example")))
                .isEqualTo(new SignedPost.Result(302, "answered 302"));
        assertThat(arrivals).hasSize(1).first().extracting(Arrival::path).isEqualTo("/");
    }

    @Test
    void whoeverDoesNotAnswerInTimeOrNotInHttpHasNotReceivedIt() throws Exception {
        AddressRules rules = new AddressRules(true, true);
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort() + "/";
            assertThat(send(rules, Duration.ofMillis(200), url).error()).startsWith("SocketTimeoutException");
            Thread.ofVirtual().start(() -> {
                try (Socket _ = silent.accept();
                        Socket second = silent.accept()) {
                    second.getOutputStream()
                            .write("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nNonsense\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    second.getOutputStream().flush();
                    // Both stay open until the other side has had enough.
                    var _ = second.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(send(rules, Duration.ofSeconds(30), url).error()).contains("none of HTTP");
        }
        // Nobody trusts this server, which has no certificate at all.
        assertThat(send(rules, Duration.ofMillis(500), url("127.0.0.1").replace("http:", "https:"))
                        .error())
                .isNotEmpty();
        assertThat(send(rules, Duration.ofSeconds(30), "http://127.0.0.1:1/").error())
                .startsWith("ConnectException");
    }
}
