package io.ordersaga.order;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the coordinator knows of a saga, asked over DTM's HTTP API, which has the only query. For people to
/// look at: whoever does not answer is told as unknown. Thread-safe.
final class Coordinator implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Coordinator.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int HTTP_OK = 200;

    /// Of an answer, in bytes; that of a saga with 50 lines is far below it.
    private static final long ANSWER_MAX = 1 << 20;

    private final URI address;
    private final Duration deadline;
    private final HttpClient http;

    Coordinator(URI address, Duration deadline) {
        this.address = address;
        this.deadline = deadline;
        this.http = HttpClient.newBuilder().connectTimeout(deadline).build();
    }

    /// A saga in DTM's words.
    ///
    /// @param rollbackReason empty when it was not rolled back
    record Known(String status, String rollbackReason, List<SagaRun.Branch> branches) {}

    /// Empty when the coordinator does not know the saga, or does not answer in time.
    Optional<Known> ask(String gid) {
        HttpRequest request = HttpRequest.newBuilder(
                        address.resolve("/api/dtmsvr/query?gid=" + URLEncoder.encode(gid, StandardCharsets.UTF_8)))
                .timeout(deadline)
                .build();
        try {
            HttpResponse<String> answer =
                    http.send(request, BodyHandlers.limiting(BodyHandlers.ofString(), ANSWER_MAX));
            return answer.statusCode() == HTTP_OK ? read(JSON.readTree(answer.body())) : Optional.empty();
        } catch (IOException | JacksonException e) {
            log.warn("What the coordinator knows of saga {} is not shown: {}", gid, e.toString());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<Known> read(JsonNode answer) {
        JsonNode saga = answer.path("transaction");
        if (!saga.isObject()) {
            return Optional.empty();
        }
        List<SagaRun.Branch> branches = new ArrayList<>();
        for (JsonNode branch : answer.path("branches")) {
            branches.add(new SagaRun.Branch(text(branch, "branch_id"), text(branch, "op"), text(branch, "status")));
        }
        return Optional.of(new Known(text(saga, "status"), text(saga, "rollback_reason"), branches));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
