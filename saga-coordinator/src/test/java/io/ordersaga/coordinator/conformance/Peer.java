package io.ordersaga.coordinator.conformance;

import io.grpc.Status;
import io.ordersaga.coordinator.HttpParticipant;
import io.ordersaga.testkit.ScriptedParticipant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/// One participant over all wires: a branch is a name, it answers by script and with success when nothing is
/// queued, and every call is remembered. Thread-safe.
final class Peer implements AutoCloseable {

    enum Answer {
        SUCCESS,
        FAILURE,
        ONGOING,
        ERROR
    }

    /// A call as it arrived.
    record Call(String name, String branchId, String op, String payload, Map<String, String> headers) {}

    static final String REFUSAL = "Insufficient balance";
    private static final String SERVICE = "conformance.Peer/";

    private final HttpParticipant http = HttpParticipant.start();
    private final ScriptedParticipant grpc = ScriptedParticipant.start();

    String url(Wire wire, String name) {
        return switch (wire) {
            case HTTP -> http.url("/" + name);
            case GRPC -> grpc.url(SERVICE + name);
            case JSON_RPC -> http.url("/" + name + "?method=" + name);
        };
    }

    /// Queues answers for the next calls of a branch.
    void script(Wire wire, String name, Answer... answers) {
        for (Answer answer : answers) {
            switch (wire) {
                case HTTP -> http.next("/" + name, httpStatus(answer), body(answer));
                case JSON_RPC -> http.next("/" + name, 200, jsonRpc(answer));
                case GRPC -> grpc(name, answer);
            }
        }
    }

    private static int httpStatus(Answer answer) {
        return switch (answer) {
            case SUCCESS -> 200;
            case FAILURE -> 409;
            case ONGOING -> 425;
            case ERROR -> 500;
        };
    }

    private static String body(Answer answer) {
        return switch (answer) {
            case SUCCESS -> "{\"dtm_result\":\"SUCCESS\"}";
            case FAILURE -> "{\"message\":\"" + REFUSAL + "\"}";
            case ONGOING, ERROR -> "{}";
        };
    }

    private static String jsonRpc(Answer answer) {
        return switch (answer) {
            case SUCCESS -> "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{}}";
            case FAILURE -> error(-32901);
            case ONGOING -> error(-32902);
            case ERROR -> error(-32603);
        };
    }

    private static String error(int code) {
        return "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"error\":{\"code\":" + code + ",\"message\":\"" + REFUSAL + "\"}}";
    }

    private void grpc(String name, Answer answer) {
        switch (answer) {
            case SUCCESS -> grpc.next(SERVICE + name, call -> new byte[0]);
            case FAILURE -> grpc.next(SERVICE + name, Status.ABORTED.withDescription(REFUSAL));
            case ONGOING -> grpc.next(SERVICE + name, Status.FAILED_PRECONDITION.withDescription("later"));
            case ERROR -> grpc.next(SERVICE + name, Status.INTERNAL.withDescription("oops"));
        }
    }

    /// In the order of arrival.
    List<Call> calls(Wire wire, String gid) {
        List<Call> calls = new ArrayList<>();
        if (wire == Wire.GRPC) {
            for (ScriptedParticipant.Call call : grpc.calls()) {
                if (gid.equals(call.header("dtm-gid"))) {
                    calls.add(new Call(
                            call.method().substring(SERVICE.length()),
                            Objects.requireNonNull(call.header("dtm-branch_id")),
                            Objects.requireNonNull(call.header("dtm-op")),
                            call.payload().toStringUtf8(),
                            Map.of("x-tenant", String.valueOf(call.header("x-tenant")))));
                }
            }
        } else {
            for (HttpParticipant.Request request : http.requests()) {
                JsonNode params = wire == Wire.JSON_RPC && request.body().startsWith("{")
                        ? Tx.JSON.readTree(request.body()).path("params")
                        : Tx.JSON.createObjectNode();
                boolean isQuery = request.query().containsKey("gid");
                String owner = isQuery
                        ? request.query().getOrDefault("gid", "")
                        : params.path("gid").asString("");
                if (gid.equals(owner)) {
                    calls.add(new Call(
                            request.path().substring(1),
                            isQuery
                                    ? request.query().getOrDefault("branch_id", "")
                                    : params.path("branch_id").asString(),
                            isQuery
                                    ? request.query().getOrDefault("op", "")
                                    : params.path("op").asString(),
                            request.body(),
                            request.headers()));
                }
            }
        }
        return calls;
    }

    @Override
    public void close() {
        http.close();
        grpc.close();
    }
}
