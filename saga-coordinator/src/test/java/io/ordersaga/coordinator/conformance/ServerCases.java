package io.ordersaga.coordinator.conformance;

import static io.ordersaga.coordinator.conformance.Case.HTTP;
import static io.ordersaga.coordinator.conformance.Case.HTTP_AND_GRPC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.coordinator.conformance.Case.Play;
import io.ordersaga.coordinator.conformance.Peer.Answer;
import io.ordersaga.coordinator.conformance.Server.Verdict;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTopicRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Cases A of the contract, and the codes of JSON-RPC.
final class ServerCases {

    private ServerCases() {}

    static List<Case> all() {
        return List.of(
                new Case("M11", "the codes of JSON-RPC", HTTP, ServerCases::jsonRpcCodes),
                new Case("A1", "version, newGid, metrics, ping", HTTP, ServerCases::basics),
                new Case("A2", "query: no gid, unknown gid", HTTP, ServerCases::query),
                new Case("A3", "all: pages and filters", HTTP, ServerCases::pages),
                new Case("A4", "forceStop", HTTP, ServerCases::forceStop),
                new Case("A5", "resetNextCronTime and resetCronTime", HTTP, ServerCases::reset),
                new Case("A6", "topics: errors, and 20 subscribers at once", HTTP_AND_GRPC, ServerCases::topics),
                new Case("A7", "scanKV and queryKV", HTTP, ServerCases::kept),
                new Case("A8", "a submit with only a gid", Case.ALL, ServerCases::onlyGid));
    }

    private static void jsonRpcCodes(Play play) {
        assertThat(code(play, "{")).isEqualTo(-32700);
        assertThat(code(play, "{\"jsonrpc\":\"2.0\",\"method\":\"newGid\"}")).isEqualTo(-32600);
        assertThat(code(play, "{\"jsonrpc\":\"1.0\",\"id\":\"1\",\"method\":\"newGid\"}"))
                .isEqualTo(-32600);
        assertThat(code(play, "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"no\"}"))
                .isEqualTo(-32601);
        assertThat(code(play, "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"submit\",\"params\":{}}"))
                .isEqualTo(-32603);
        assertThat(code(play, "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"newGid\"}"))
                .isZero();
    }

    private static int code(Play play, String body) {
        return play.server()
                .post("/api/json-rpc", body)
                .body()
                .path("error")
                .path("code")
                .asInt(0);
    }

    private static void basics(Play play) {
        assertThat(play.server()
                        .get("/api/dtmsvr/version")
                        .body()
                        .path("version")
                        .asString())
                .isNotEmpty();
        JsonNode gid = play.server().get("/api/dtmsvr/newGid").body();
        assertThat(gid.path("gid").asString()).isNotEmpty();
        assertThat(gid.path("dtm_result").asString()).isEqualTo("SUCCESS");
        assertThat(play.server().get("/api/ping").body().path("msg").asString()).isEqualTo("pong");
        play.taken(play.transfer().waiting());
        assertThat(play.server().text("/api/metrics"))
                .contains("dtm_server_info{", "dtm_server_process_total{", "dtm_server_response_duration")
                .contains("dtm_transaction_process_total{", "dtm_transaction_handled_duration")
                .contains("dtm_branch_process_total{");
    }

    private static void query(Play play) {
        Play.refused(play.server().get("/api/dtmsvr/query?gid="), "no gid specified");
        JsonNode unknown = play.server().query(play.gid());
        assertThat(unknown.path("transaction").isNull()).isTrue();
        assertThat(unknown.path("branches").isArray()).isTrue();
        assertThat(unknown.path("branches")).isEmpty();
    }

    private static void pages(Play play) {
        for (int number = 0; number < 3; number++) {
            Play.success(play.server()
                    .prepare(play.wire(), new Tx(play.gid() + "-" + number, "xa").option("timeout_to_fail", 600)));
        }
        JsonNode first = play.server()
                .get("/api/dtmsvr/all?limit=2&status=prepared&transType=xa")
                .body();
        assertThat(first.path("transactions")).hasSize(2);
        JsonNode second = play.server()
                .get("/api/dtmsvr/all?limit=2&status=prepared&transType=xa&position="
                        + first.path("next_position").asString())
                .body();
        assertThat(second.path("transactions").path(0).path("id").asLong())
                .isLessThan(first.path("transactions").path(1).path("id").asLong());
        assertThat(play.server()
                        .get("/api/dtmsvr/all?gid=" + play.gid() + "-1")
                        .body()
                        .path("transactions"))
                .hasSize(1);
    }

    private static void forceStop(Play play) {
        Play.success(play.server().prepare(play.wire(), play.tx("tcc").option("timeout_to_fail", 600)));
        String body = "{\"gid\":\"" + play.gid() + "\"}";
        Play.success(play.server().post("/api/dtmsvr/forceStop", body));
        play.ends("failed", "");
        Play.failure(play.server().post("/api/dtmsvr/forceStop", body), "force stop error. status: failed");
        Play.refused(
                play.server().post("/api/dtmsvr/forceStop", "{\"gid\":\"no-" + play.gid() + "\"}"),
                "no TransGlobal with gid: no-" + play.gid() + " found");
    }

    private static void reset(Play play) {
        play.script("out", Answer.ONGOING).taken(play.transfer().option("retry_interval", 600));
        play.awaitCalls(1);
        // The wait is written a moment after the call came back, and only a wait can be cut short.
        await().untilAsserted(() -> {
            Play.success(play.server().post("/api/dtmsvr/resetNextCronTime", "{\"gid\":\"" + play.gid() + "\"}"));
            assertThat(play.server().status(play.gid())).isEqualTo("succeed");
        });
        JsonNode reset = play.server()
                .get("/api/dtmsvr/resetCronTime?timeout=3600&limit=10")
                .body();
        assertThat(reset.path("has_remaining").isBoolean()).isTrue();
        assertThat(reset.path("succeed_count").isNumber()).isTrue();
    }

    private static void topics(Play play) {
        Wire wire = play.wire();
        String topic = play.name("t");
        Play.refused(play.server().subscribe(wire, "", play.url("one")), "empty topic");
        Play.refused(play.server().subscribe(wire, topic, ""), "empty url");
        Play.success(play.server().subscribe(wire, topic, play.url("one")));
        Play.refused(play.server().subscribe(wire, topic, play.url("one")), "this url exists");
        Play.refused(unsubscribe(play, "no-" + topic, play.url("one")), "no such a topic");
        Play.refused(unsubscribe(play, topic, play.url("two")), "no such an url ");
        Play.success(unsubscribe(play, topic, play.url("one")));
        Play.refused(unsubscribe(play, topic, play.url("one")), "this topic is empty");
        subscribeAtOnce(play, topic, 20);
        Play.success(delete(play, topic));
        Play.refused(delete(play, topic), "storage: NotFound");
    }

    private static void subscribeAtOnce(Play play, String topic, int count) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Server.Reply>> replies = new ArrayList<>();
            IntStream.range(0, count)
                    .forEach(number -> replies.add(
                            threads.submit(() -> play.server().subscribe(play.wire(), topic, play.url("s" + number)))));
            for (Future<Server.Reply> reply : replies) {
                Play.success(reply.get());
            }
        } catch (ExecutionException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
        JsonNode kept = play.server()
                .get("/api/dtmsvr/queryKV?cat=topics&key=" + topic)
                .body()
                .path("kv")
                .path(0);
        assertThat(kept.path("version").asInt()).isEqualTo(count + 2);
        assertThat(Tx.JSON.readTree(kept.path("v").asString())).hasSize(count);
    }

    private static Server.Reply unsubscribe(Play play, String topic, String url) {
        return play.wire() == Wire.GRPC
                ? Server.grpc(() -> play.server()
                        .dtm()
                        .unsubscribe(DtmTopicRequest.newBuilder()
                                .setTopic(topic)
                                .setURL(url)
                                .build()))
                : play.server().get("/api/dtmsvr/unsubscribe?topic=" + topic + "&url=" + url);
    }

    static Server.Reply delete(Play play, String topic) {
        return play.wire() == Wire.GRPC
                ? Server.grpc(() -> play.server()
                        .dtm()
                        .deleteTopic(
                                DtmTopicRequest.newBuilder().setTopic(topic).build()))
                : play.server().delete("/api/dtmsvr/topic/" + topic);
    }

    private static void kept(Play play) {
        for (int number = 0; number < 3; number++) {
            Play.success(play.server().subscribe(play.wire(), play.name("k" + number), play.url("one")));
        }
        JsonNode first =
                play.server().get("/api/dtmsvr/scanKV?cat=topics&limit=2").body();
        assertThat(first.path("kv")).hasSize(2);
        assertThat(first.path("kv").path(0).path("k").asString()).isEqualTo(play.name("k2"));
        JsonNode second = play.server()
                .get("/api/dtmsvr/scanKV?cat=topics&limit=2&position="
                        + first.path("next_position").asString())
                .body();
        assertThat(second.path("kv").path(0).path("k").asString()).isEqualTo(play.name("k0"));
        assertThat(play.server()
                        .get("/api/dtmsvr/queryKV?cat=topics&key=none")
                        .body()
                        .path("kv"))
                .isEmpty();
    }

    private static void onlyGid(Play play) {
        Server.Reply reply = switch (play.wire()) {
            case HTTP -> play.server().post("/api/dtmsvr/submit", "{\"gid\":\"" + play.gid() + "\"}");
            case JSON_RPC ->
                play.server().jsonRpc("submit", Tx.JSON.createObjectNode().put("gid", play.gid()));
            case GRPC ->
                Server.grpc(() -> play.server()
                        .dtm()
                        .submit(DtmRequest.newBuilder().setGid(play.gid()).build()));
        };
        assertThat(reply.verdict()).isEqualTo(Verdict.OTHER);
        assertThat(play.server().get("/api/ping").body().path("msg").asString()).isEqualTo("pong");
    }
}
