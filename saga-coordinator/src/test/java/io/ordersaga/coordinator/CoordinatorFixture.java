package io.ordersaga.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A coordinator in this JVM with short waits, and the ways into it that a DTM client has.
final class CoordinatorFixture implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RunningService service;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;

    CoordinatorFixture(TestDatabase database, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(RunningService.settings(database));
        all.put("ordersaga.coordinator.retry.base", "50ms");
        all.put("ordersaga.coordinator.retry.cap", "200ms");
        all.put("ordersaga.coordinator.dispatch.poll", "200ms");
        all.put("spring.profiles.active", "dev");
        all.putAll(settings);
        service = RunningService.start(CoordinatorApp.class, all);
        base = "http://127.0.0.1:" + service.bean(Environment.class).getRequiredProperty("local.server.port");
    }

    CoordinatorFixture(TestDatabase database) {
        this(database, Map.of());
    }

    RunningService service() {
        return service;
    }

    DtmGrpc.DtmBlockingStub dtm() {
        return DtmGrpc.newBlockingStub(service.channel()).withDeadlineAfter(Duration.ofSeconds(20));
    }

    /// A gRPC saga whose steps are the methods `shop.Shop/Do1` and `shop.Shop/Undo1` of the participant, and so
    /// on.
    static DtmRequest.Builder saga(String gid, ScriptedParticipant participant, int steps) {
        DtmRequest.Builder request = DtmRequest.newBuilder().setGid(gid).setTransType("saga");
        List<String> texts = new ArrayList<>();
        for (int number = 1; number <= steps; number++) {
            texts.add(step(participant.url(action(number)), participant.url(compensation(number))));
            request.addBinPayloads(ByteString.copyFromUtf8("payload " + number));
        }
        return request.setSteps(texts.toString());
    }

    static DtmRequest.Builder waiting(DtmRequest.Builder request) {
        DtmTransOptions options =
                request.getTransOptions().toBuilder().setWaitResult(true).build();
        return request.setTransOptions(options);
    }

    static String step(String action, String compensation) {
        return "{\"action\":\"" + action + "\",\"compensate\":\"" + compensation + "\"}";
    }

    static String action(int number) {
        return "shop.Shop/Do" + number;
    }

    static String compensation(int number) {
        return "shop.Shop/Undo" + number;
    }

    record HttpAnswer(int status, String body, HttpResponse<String> response) {
        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    HttpAnswer get(String path) {
        return send(HttpRequest.newBuilder(URI.create(base + path)).GET());
    }

    HttpAnswer post(String path, String body) {
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    HttpAnswer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
            return new HttpAnswer(response.statusCode(), response.body(), response);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path));
    }

    JsonNode query(String gid) {
        HttpAnswer answer = get("/api/dtmsvr/query?gid=" + gid);
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    String status(String gid) {
        return query(gid).path("transaction").path("status").asString("");
    }

    void awaitStatus(String gid, String status) {
        await().untilAsserted(() -> assertThat(status(gid)).isEqualTo(status));
    }

    /// The status of each branch in DTM's order, one letter each.
    String rows(String gid) {
        StringBuilder rows = new StringBuilder();
        query(gid)
                .path("branches")
                .forEach(branch -> rows.append(branch.path("status").asString().charAt(0)));
        return rows.toString();
    }

    @Override
    public void close() {
        service.close();
    }
}
