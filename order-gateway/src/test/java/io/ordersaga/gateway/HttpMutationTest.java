package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ordersaga.testkit.Mutations;
import io.ordersaga.transcoder.transcoding.Route;
import io.ordersaga.transcoder.transcoding.RouteTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A few thousand slightly broken requests to the real routes, the same ones in every run: no answer is a 500, and none
/// tells of the inside.
class HttpMutationTest {
    private static final long SEED = 20261121;
    private static FakeUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        upstream = FakeUpstream.start();
        gateway = RunningGateway.start(upstream, Map.of("logging.level.io.ordersaga.gateway", "warn"));
        // A request given back would not always be a response of that rpc.
        for (Route route : gateway.bean(RouteTable.class).routes()) {
            String service = route.rpc().getService().getFullName();
            upstream.answer(
                    service + "/" + route.rpc().getName(),
                    call -> new FakeUpstream.Response(ByteString.EMPTY, Map.of()));
        }
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void brokenBodies() {
        RandomGenerator random = random();
        Map<String, String> bodies = Map.of(
                "/api/v1/submit", "{\"userId\":1,\"productId\":1,\"amount\":1100,\"productCount\":1,\"couponId\":1}",
                "/api/v1/orders", "{\"userId\":\"1\",\"lines\":[{\"productId\":\"1\",\"quantity\":1}]}");
        for (int run = 0; run < 1500; run++) {
            bodies.forEach((path, body) -> {
                byte[] mutated = Mutations.of(body, random);
                RunningGateway.Reply reply = gateway.send(
                        "POST", path, BodyPublishers.ofByteArray(mutated), "Content-Type", "application/json");
                assertHarmless(reply.code(), reply.body(), mutated);
            });
        }
    }

    @Test
    void brokenRequestLines() throws IOException {
        RandomGenerator random = random();
        List<String> lines = List.of(
                "GET /api/v1/orders/1 HTTP/1.1",
                "GET /api/v1/products:batchGet?productIds=1&productIds=2 HTTP/1.1",
                "GET /api/v1/products?pageSize=1&pageToken=x HTTP/1.1",
                "GET /api/v1/orders/%31/payment HTTP/1.1");
        for (int run = 0; run < 1500; run++) {
            byte[] line = Mutations.of(lines.get(random.nextInt(lines.size())), random);
            String answer = exchange(line);
            // A line without a version is HTTP/0.9, whose answers have no head.
            boolean head = answer.startsWith("HTTP/1.1 ");
            int code = head ? Integer.parseInt(answer.substring(9, 12)) : 400;
            String body = head ? answer.substring(answer.indexOf("\r\n\r\n")) : answer;
            assertHarmless(code, ByteString.copyFromUtf8(body), line);
        }
    }

    private static RandomGenerator random() {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    }

    private static void assertHarmless(int code, ByteString body, byte[] request) {
        assertThat(code)
                .as(new String(request, StandardCharsets.UTF_8))
                .satisfiesAnyOf(
                        harmless -> assertThat(harmless).isBetween(200, 499),
                        unsupported -> assertThat(unsupported).isIn(501, 505));
        if (code >= 400) {
            ErrorAnswers.assertTellsNothingOfTheInside(new RunningGateway.Reply(code, Map.of(), body));
        }
    }

    private static String exchange(byte[] line) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(line);
        request.write("\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.toByteArray());
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
