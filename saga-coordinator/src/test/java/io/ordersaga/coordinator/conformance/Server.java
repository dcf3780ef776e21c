package io.ordersaga.coordinator.conformance;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.dtm.DtmBranchRequest;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTopicRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A server under test, whoever it is: requests as DTM's clients send them. Thread-safe.
final class Server {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// What a client hears.
    enum Verdict {
        SUCCESS,
        FAILURE,
        OTHER
    }

    /// @param body of an HTTP or JSON-RPC answer
    record Reply(Verdict verdict, String message, JsonNode body) {}

    private final String base;
    private final ManagedChannel channel;
    private final DtmGrpc.DtmBlockingStub dtm;
    private final HttpClient http = HttpClient.newHttpClient();

    /// @param base of its HTTP side: `http://host:port`
    Server(String base, ManagedChannel channel) {
        this.base = base;
        this.channel = channel;
        this.dtm = DtmGrpc.newBlockingStub(channel);
    }

    ManagedChannel channel() {
        return channel;
    }

    DtmGrpc.DtmBlockingStub dtm() {
        return dtm.withDeadlineAfter(PATIENCE);
    }

    Reply submit(Wire wire, Tx tx) {
        return ask(wire, "submit", tx);
    }

    /// Of a client that may go away: cancelling it ends its request.
    Future<?> submitLater(Wire wire, Tx tx) {
        if (wire == Wire.GRPC) {
            return DtmGrpc.newFutureStub(channel).withDeadlineAfter(PATIENCE).submit(request(tx));
        }
        ObjectNode envelope =
                Tx.JSON.createObjectNode().put("jsonrpc", "2.0").put("id", "1").put("method", "submit");
        envelope.set("params", tx.json(wire));
        boolean isHttp = wire == Wire.HTTP;
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create(base + (isHttp ? "/api/dtmsvr/submit" : "/api/json-rpc")))
                        .timeout(PATIENCE)
                        .POST(BodyPublishers.ofString((isHttp ? tx.json(wire) : envelope).toString()))
                        .build(),
                BodyHandlers.ofString());
    }

    Reply prepare(Wire wire, Tx tx) {
        return ask(wire, "prepare", tx);
    }

    Reply abort(Wire wire, Tx tx) {
        return ask(wire, "abort", tx);
    }

    private Reply ask(Wire wire, String method, Tx tx) {
        return switch (wire) {
            case HTTP -> post("/api/dtmsvr/" + method, tx.json(wire).toString());
            case JSON_RPC -> jsonRpc(method, tx.json(wire));
            case GRPC ->
                grpc(() -> {
                    DtmRequest request = request(tx);
                    switch (method) {
                        case "submit" -> dtm().submit(request);
                        case "prepare" -> dtm().prepare(request);
                        default -> dtm().abort(request);
                    }
                });
        };
    }

    static DtmRequest request(Tx tx) {
        DtmTransOptions.Builder options = DtmTransOptions.newBuilder()
                .setWaitResult(tx.wait)
                .setTimeoutToFail(tx.numbers.getOrDefault("timeout_to_fail", 0L))
                .setRetryInterval(tx.numbers.getOrDefault("retry_interval", 0L))
                .setRequestTimeout(tx.numbers.getOrDefault("request_timeout", 0L))
                .setRetryLimit(tx.numbers.getOrDefault("retry_limit", 0L))
                .putAllBranchHeaders(tx.headers);
        DtmRequest.Builder request = DtmRequest.newBuilder()
                .setGid(tx.gid)
                .setTransType(tx.type)
                .setTransOptions(options)
                .setCustomedData(tx.customData)
                .setQueryPrepared(tx.queryPrepared)
                .setRollbackReason(tx.rollbackReason)
                .putAllReqExtra(tx.extra)
                .setSteps(tx.steps.isEmpty() ? "null" : tx.stepsJson().toString());
        for (int index = 0; index < tx.payloads(); index++) {
            request.addBinPayloads(ByteString.copyFromUtf8(tx.payload(index)));
        }
        return request.build();
    }

    /// @param data `confirm` and `cancel`, `url`, or `op` and `status`
    Reply register(Wire wire, Tx tx, String branchId, Map<String, String> data) {
        if (wire == Wire.GRPC) {
            return grpc(() -> dtm().registerBranch(DtmBranchRequest.newBuilder()
                    .setGid(tx.gid)
                    .setTransType(tx.type)
                    .setBranchID(branchId)
                    .putAllData(data)
                    .setBusiPayload(ByteString.copyFromUtf8("{\"branch\":\"" + branchId + "\"}"))
                    .build()));
        }
        ObjectNode body = Tx.JSON
                .createObjectNode()
                .put("gid", tx.gid)
                .put("trans_type", tx.type)
                .put("branch_id", branchId)
                .put("data", "{\"branch\":\"" + branchId + "\"}");
        data.forEach(body::put);
        return wire == Wire.HTTP
                ? post("/api/dtmsvr/registerBranch", body.toString())
                : jsonRpc("registerBranch", body);
    }

    Reply subscribe(Wire wire, String topic, String url) {
        return wire == Wire.GRPC
                ? grpc(() -> dtm().subscribe(DtmTopicRequest.newBuilder()
                        .setTopic(topic)
                        .setURL(url)
                        .setRemark("test")
                        .build()))
                : get("/api/dtmsvr/subscribe?remark=test&topic=" + topic + "&url=" + url);
    }

    static Reply grpc(Runnable question) {
        try {
            question.run();
            return new Reply(Verdict.SUCCESS, "", Tx.JSON.createObjectNode());
        } catch (StatusRuntimeException refusal) {
            Verdict verdict = switch (refusal.getStatus().getCode()) {
                case ABORTED -> Verdict.FAILURE;
                default -> Verdict.OTHER;
            };
            return new Reply(verdict, String.valueOf(refusal.getStatus().getDescription()), Tx.JSON.createObjectNode());
        }
    }

    Reply jsonRpc(String method, JsonNode params) {
        ObjectNode envelope =
                Tx.JSON.createObjectNode().put("jsonrpc", "2.0").put("id", "1").put("method", method);
        envelope.set("params", params);
        JsonNode body = post("/api/json-rpc", envelope.toString()).body();
        int code = body.path("error").path("code").asInt(0);
        return new Reply(
                code == 0 ? Verdict.SUCCESS : code == -32901 ? Verdict.FAILURE : Verdict.OTHER,
                body.path("error").path("message").asString(""),
                body);
    }

    Reply post(String path, String body) {
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    Reply get(String path) {
        return send(HttpRequest.newBuilder(URI.create(base + path)).GET());
    }

    Reply delete(String path) {
        return send(HttpRequest.newBuilder(URI.create(base + path)).DELETE());
    }

    String text(String path) {
        return exchange(HttpRequest.newBuilder(URI.create(base + path)).GET()).body();
    }

    private Reply send(HttpRequest.Builder request) {
        HttpResponse<String> answer = exchange(request);
        JsonNode body = Tx.JSON.readTree(answer.body());
        boolean success = answer.statusCode() == 200 && !answer.body().contains("FAILURE");
        Verdict verdict = success ? Verdict.SUCCESS : answer.statusCode() == 409 ? Verdict.FAILURE : Verdict.OTHER;
        return new Reply(verdict, body.path("message").asString(""), body);
    }

    private HttpResponse<String> exchange(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
    }

    JsonNode query(String gid) {
        return get("/api/dtmsvr/query?gid=" + gid).body();
    }

    JsonNode transaction(String gid) {
        return query(gid).path("transaction");
    }

    String status(String gid) {
        return transaction(gid).path("status").asString("");
    }

    /// The first letter of each branch's status, in the order of the rows.
    String rows(String gid) {
        StringBuilder rows = new StringBuilder();
        query(gid)
                .path("branches")
                .forEach(branch -> rows.append(branch.path("status").asString().charAt(0)));
        return rows.toString();
    }
}
