package io.ordersaga.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.CoordinatorFixture.HttpAnswer;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// DTM's black-box cases over HTTP with HTTP participants, and the shapes of its answers.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DtmOverHttpTest {

    private static final String SUCCESS = "{\"dtm_result\":\"SUCCESS\"}";

    private final HttpParticipant participant = HttpParticipant.start();
    private CoordinatorFixture coordinator;
    private int sagas;

    @BeforeAll
    void start(TestDatabase database) {
        coordinator = new CoordinatorFixture(database, Map.of("ordersaga.coordinator.limits.saga-bytes-max", "100000"));
    }

    @AfterAll
    void stop() {
        coordinator.close();
        participant.close();
    }

    private String newGid() {
        return "http-" + ++sagas;
    }

    /// What Go's and Java's SDKs send, unknown fields and all.
    private String saga(String gid, String more) {
        return """
                {"gid":"%s","trans_type":"saga","protocol":"","concurrent":false,"subType":"","retry_count":0,
                 "steps":[{"action":"%s","compensate":"%s"},{"action":"%s","compensate":"%s"}],
                 "payloads":["{\\"amount\\":30}","second"]%s}""".formatted(
                        gid,
                        participant.url("/out"),
                        participant.url("/out-revert"),
                        participant.url("/in"),
                        participant.url("/in-revert"),
                        more);
    }

    private HttpAnswer submit(String body) {
        return coordinator.post("/api/dtmsvr/submit", body);
    }

    private List<String> pathsOf(String gid) {
        return participant.requestsOf(gid).stream()
                .map(HttpParticipant.Request::path)
                .toList();
    }

    @Test
    void s1EveryActionSucceeds() {
        String gid = newGid();
        HttpAnswer answer = submit(saga(gid, ",\"wait_result\":true"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(SUCCESS);
        assertThat(coordinator.rows(gid)).isEqualTo("psps");
        assertThat(pathsOf(gid)).containsExactly("/out", "/in");
    }

    @Test
    void s2ARefusalRollsBackWithTheParticipantsText() {
        String gid = newGid();
        participant.next("/in", 409, "{\"error\":\"Insufficient balance\"}");
        assertThat(submit(saga(gid, "")).body()).isEqualTo(SUCCESS);

        coordinator.awaitStatus(gid, "failed");
        assertThat(coordinator.rows(gid)).isEqualTo("sssf");
        assertThat(coordinator
                        .query(gid)
                        .path("transaction")
                        .path("rollback_reason")
                        .asString())
                .isEqualTo("url:" + participant.url("/in")
                        + " return failed: {\"error\":\"Insufficient balance\"} FAILURE");
        assertThat(pathsOf(gid)).containsExactly("/out", "/in", "/in-revert", "/out-revert");
        assertThat(participant.requestsOf(gid).getLast().headers().get("saga-rejection-bin"))
                .isNotEmpty();
    }

    @Test
    void s4ACompensationIsRepeatedUntilItSucceeds() {
        String gid = newGid();
        participant.next("/out", 409, "");
        participant.next("/out-revert", 425, "").next("/out-revert", 500, "").next("/out-revert", 409, "");
        submit(saga(gid, ""));

        coordinator.awaitStatus(gid, "failed");
        assertThat(pathsOf(gid)).containsExactly("/out", "/out-revert", "/out-revert", "/out-revert", "/out-revert");
        assertThat(coordinator.rows(gid)).isEqualTo("sfpp");
    }

    @Test
    void s5SubmittingAgain() {
        String gid = newGid();
        CountDownLatch gate = new CountDownLatch(1);
        participant.next("/out", exchange -> {
            awaitOpen(gate);
            HttpParticipant.respond(exchange, 200, "");
        });
        submit(saga(gid, ""));
        assertThat(submit(saga(gid, "")).body()).isEqualTo(SUCCESS);
        HttpAnswer other = submit(saga(gid, ",\"retry_interval\":7"));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.json().path("message").asString()).contains("other content");
        gate.countDown();
        coordinator.awaitStatus(gid, "succeed");

        HttpAnswer finished = submit(saga(gid, ""));
        assertThat(finished.status()).isEqualTo(409);
        assertThat(finished.json())
                .isEqualTo(json("{\"dtm_result\":\"FAILURE\","
                        + "\"message\":\"current status 'succeed', cannot sumbmit. FAILURE\"}"));
        assertThat(pathsOf(gid)).containsExactly("/out", "/in");
    }

    @Test
    void s6EmptyUrlsAndS15PayloadsInTheSteps() {
        String gid = newGid();
        String body = """
                {"gid":"%s","trans_type":"saga","wait_result":true,
                 "steps":[{"action":"","compensate":"","data":"a"},{"action":"%s","compensate":null,"data":"b"}]}""".formatted(gid, participant.url("/in"));
        assertThat(submit(body).body()).isEqualTo(SUCCESS);

        assertThat(coordinator.rows(gid)).isEqualTo("psps");
        assertThat(participant.requestsOf(gid).getFirst().body()).isEqualTo("b");
    }

    @Test
    void s9WaitResult() {
        String ongoing = newGid();
        participant.next("/out", 425, "");
        HttpAnswer unfinished = submit(saga(ongoing, ",\"wait_result\":true"));
        assertThat(unfinished.status()).isEqualTo(409);
        assertThat(unfinished.json().path("message").asString()).isEqualTo("wait result not return success: FAILURE");
        coordinator.awaitStatus(ongoing, "succeed");

        participant.next("/out", 409, "sold out");
        HttpAnswer failed = submit(saga(newGid(), ",\"wait_result\":true"));
        assertThat(failed.status()).isEqualTo(409);
        assertThat(failed.json().path("message").asString())
                .contains("sold out")
                .endsWith("FAILURE");
    }

    @Test
    void theBranchCallIsDtms() {
        String gid = "order 1&gid=2";
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        coordinator.send(coordinator
                .request("/api/dtmsvr/submit")
                .header("traceparent", traceparent)
                .POST(BodyPublishers.ofString(saga(
                                gid,
                                ",\"wait_result\":true,\"branch_headers\":{\"X-Tenant\":\"a\",\"Host\":\"elsewhere\"}")
                        .replace("/out\"", "/out?keep=me\""))));

        HttpParticipant.Request call = participant.requestsOf(gid).getFirst();
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.query())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("gid", gid, "trans_type", "saga", "branch_id", "01", "op", "action", "keep", "me"));
        assertThat(call.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("x-tenant", "a")
                .containsEntry("traceparent", traceparent);
        assertThat(call.headers().get("host")).startsWith("127.0.0.1");
        assertThat(call.body()).isEqualTo("{\"amount\":30}");
    }

    @Test
    void httpAndGrpcBranchesMix() {
        String gid = newGid();
        try (ScriptedParticipant grpc = ScriptedParticipant.start()) {
            String body = """
                    {"gid":"%s","trans_type":"saga","protocol":"grpc","wait_result":true,"payloads":["","x"],
                     "steps":[{"action":"%s","compensate":""},{"action":"%s","compensate":""}]}""".formatted(gid, participant.url("/in"), grpc.url("shop.Shop/Do1"));
            assertThat(submit(body).body()).isEqualTo(SUCCESS);
            assertThat(grpc.methods()).containsExactly("shop.Shop/Do1");
        }
        assertThat(participant.requestsOf(gid).getFirst().method())
                .as("no payload")
                .isEqualTo("GET");
    }

    @Test
    void newGidAnswersWithTextsOnly() {
        JsonNode first = coordinator.get("/api/dtmsvr/newGid").json();
        assertThat(first.path("dtm_result").asString()).isEqualTo("SUCCESS");
        assertThat(first.path("gid").asString()).hasSize(22);
        assertThat(first.properties())
                .hasSize(2)
                .allMatch(field -> field.getValue().isString());
        assertThat(coordinator.get("/api/dtmsvr/newGid").json()).isNotEqualTo(first);
    }

    @Test
    void queryHasDtmsShape() {
        String gid = newGid();
        submit(saga(gid, ",\"wait_result\":true,\"timeout_to_fail\":30,\"branch_headers\":{\"x-tenant\":\"a\"}"));
        JsonNode answer = coordinator.query(gid);

        JsonNode transaction = answer.path("transaction");
        assertThat(transaction.path("id").isIntegralNumber()).isTrue();
        assertThat(transaction.path("gid").asString()).isEqualTo(gid);
        assertThat(transaction.path("trans_type").asString()).isEqualTo("saga");
        assertThat(transaction.path("protocol").asString()).isEqualTo("http");
        assertThat(transaction.path("concurrent").isBoolean()).isTrue();
        assertThat(json(transaction.path("options").asString()))
                .isEqualTo(
                        json("{\"timeout_to_fail\":30,\"branch_headers\":{\"x-tenant\":\"a\"},\"concurrent\":false}"));
        for (String time : List.of("create_time", "update_time", "finish_time")) {
            assertThat(OffsetDateTime.parse(transaction.path(time).asString())).isNotNull();
        }
        List<String> rows = new ArrayList<>();
        answer.path("branches").forEach(row -> {
            rows.add(row.path("id").asInt()
                    + row.path("branch_id").asString()
                    + row.path("op").asString());
            assertThat(row.path("gid").asString()).isEqualTo(gid);
            assertThat(row.has("finish_time"))
                    .isEqualTo(row.path("op").asString().equals("action"));
        });
        assertThat(rows).containsExactly("101compensate", "201action", "302compensate", "402action");
        JsonNode second = answer.path("branches").get(3);
        assertThat(second.path("url").asString()).isEqualTo(participant.url("/in"));
        assertThat(Base64.getDecoder().decode(second.path("bin_data").asString()))
                .isEqualTo("second".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void queryOfNothing() {
        HttpAnswer unknown = coordinator.get("/api/dtmsvr/query?gid=unknown");
        assertThat(unknown.status()).isEqualTo(200);
        assertThat(unknown.body()).isEqualTo("{\"transaction\":null,\"branches\":[]}");

        for (String path : List.of("/api/dtmsvr/query", "/api/dtmsvr/query?gid=")) {
            HttpAnswer none = coordinator.get(path);
            assertThat(none.status()).isEqualTo(500);
            assertThat(none.body()).isEqualTo("{\"message\":\"no gid specified\"}");
        }
    }

    @Test
    void allPagesThroughTheNewestFirst() {
        List<String> gids = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            String gid = "page-" + number;
            submit(saga(gid, ",\"wait_result\":true"));
            gids.addFirst(gid);
        }
        List<String> listed = new ArrayList<>();
        String position = "";
        do {
            JsonNode page = coordinator
                    .get("/api/dtmsvr/all?limit=2&position=" + position)
                    .json();
            page.path("transactions").forEach(row -> listed.add(row.path("gid").asString()));
            position = page.path("next_position").asString();
        } while (!position.isEmpty());
        assertThat(listed).containsSubsequence(gids).doesNotHaveDuplicates();

        assertThat(coordinator.get("/api/dtmsvr/all?gid=page-3").json().path("transactions"))
                .hasSize(1);
        assertThat(coordinator.get("/api/dtmsvr/all?status=aborting").body())
                .isEqualTo("{\"transactions\":null,\"next_position\":\"\"}");
        assertThat(coordinator
                        .get("/api/dtmsvr/all?transType=saga&createTimeEnd=1000")
                        .json()
                        .path("transactions")
                        .isNull())
                .isTrue();
        assertThat(coordinator
                        .get("/api/dtmsvr/all?createTimeStart=1000")
                        .json()
                        .path("transactions"))
                .hasSizeGreaterThanOrEqualTo(5);
    }

    static Stream<Arguments> badBodies() {
        return Stream.of(
                Arguments.of("", "the body must be a JSON object"),
                Arguments.of("{", "the body must be a JSON object"),
                Arguments.of("[]", "the body must be a JSON object"),
                Arguments.of("null", "the body must be a JSON object"),
                Arguments.of("{}", "gid: must not be empty"),
                Arguments.of("{\"gid\":7}", "gid: must be a string"),
                Arguments.of("{\"gid\":\"bad\",\"trans_type\":\"unknown\"}", "trans_type: "),
                Arguments.of(bad("\"steps\":{}"), "steps: must be an array"),
                Arguments.of(bad("\"steps\":[{\"action\":\"http://a/b\"}]"), "payloads: 0 payloads for 1 steps"),
                Arguments.of(bad("\"steps\":[{\"action\":\"a/b\"}],\"payloads\":[\"\"]"), "steps[0].action: "),
                Arguments.of(bad("\"steps\":[{\"action\":\"http://a/b#c\"}],\"payloads\":[\"\"]"), "steps[0].action: "),
                Arguments.of(bad("\"payloads\":[{}]"), "payloads: must be a string"),
                Arguments.of(bad("\"wait_result\":\"yes\""), "wait_result: must be true or false"),
                Arguments.of(bad("\"retry_interval\":1.5"), "retry_interval: must be a whole number"),
                Arguments.of(bad("\"retry_interval\":99999999999999999999"), "retry_interval: must be a whole number"),
                Arguments.of(bad("\"timeout_to_fail\":-1"), "timeout_to_fail: must not be negative"),
                Arguments.of(bad("\"branch_headers\":[]"), "branch_headers: must be an object"),
                Arguments.of(bad("\"protocol\":\"xml\""), "protocol: must be http, grpc or json-rpc"),
                Arguments.of(bad("\"custom_data\":\"{\\\"concurrent\\\":1}\""), "custom_data.concurrent: "),
                Arguments.of(
                        bad("\"custom_data\":\"{\\\"concurrent\\\":true,\\\"orders\\\":{\\\"0\\\":[0]}}\""),
                        "custom_data.orders[0]: names step 0, but the 0 steps"));
    }

    private static String bad(String field) {
        return "{\"gid\":\"bad\",\"trans_type\":\"saga\"," + field + "}";
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void whatCanNeverRunIsRefusedByFieldAndNotStored(String body, String message) {
        HttpAnswer answer = submit(body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("message").asString()).startsWith(message);
        assertThat(answer.json().properties()).hasSize(1);
        assertThat(coordinator.query("bad").path("transaction").isNull()).isTrue();
    }

    @Test
    void badQueriesPathsAndMethodsAreRefused() {
        for (String query :
                List.of("limit=0", "limit=1001", "limit=x", "position=x", "status=x", "transType=x", "gid=%0a")) {
            assertThat(coordinator.get("/api/dtmsvr/all?" + query).status())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(coordinator.get("/api/dtmsvr/nowhere").status()).isEqualTo(404);
        assertThat(coordinator.get("/api/nowhere").body()).isEqualTo("{\"message\":\"no such path\"}");
        HttpAnswer wrongMethod = coordinator.get("/api/dtmsvr/submit");
        assertThat(wrongMethod.status()).isEqualTo(405);
        assertThat(wrongMethod.response().headers().firstValue("Allow")).contains("POST");
        assertThat(submit("{\"gid\":\"" + "x".repeat(250_000) + "\"}").status()).isEqualTo(413);
    }

    private static JsonNode json(String text) {
        return JsonMapper.builder().build().readTree(text);
    }

    private static void awaitOpen(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
