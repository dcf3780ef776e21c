package io.ordersaga.coordinator.conformance;

import io.grpc.Status;
import io.ordersaga.coordinator.HttpParticipant;
import io.ordersaga.saga.client.BranchAnswer;
import io.ordersaga.saga.client.BranchConnections;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.testkit.ScriptedParticipant;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// One participant over all wires: a branch is a name, it answers by script and with success when nothing is
/// queued, and every call is remembered. Thread-safe.
final class Peer implements AutoCloseable {

    enum Answer {
        SUCCESS,
        FAILURE,
        ONGOING,
        ERROR,
        /// As participants older than DTM 1.10 say it: in words.
        OLD_SUCCESS,
        OLD_FAILURE,
        OLD_ONGOING
    }

    /// What a branch really does; see [BranchAnswer.Work].
    interface Work {
        void run(BranchContext branch) throws SQLException;
    }

    /// A call as it arrived.
    record Call(String name, String branchId, String op, String payload, Map<String, String> headers) {}

    static final String REFUSAL = "Insufficient balance";
    private static final int HELD_MAX_SECONDS = 30;
    private static final String MAILBOX = "/mailbox";
    private static final String SERVICE = "conformance.Peer/";

    private final HttpParticipant http = HttpParticipant.start();
    private final ScriptedParticipant grpc = ScriptedParticipant.start();
    private final BranchConnections connections = BranchConnections.plaintext(Duration.ofSeconds(20));

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
            case OLD_SUCCESS, OLD_FAILURE, OLD_ONGOING -> 200;
        };
    }

    private static String body(Answer answer) {
        return switch (answer) {
            case SUCCESS, OLD_SUCCESS -> "{\"dtm_result\":\"SUCCESS\"}";
            case OLD_FAILURE -> "{\"dtm_result\":\"FAILURE\"}";
            case OLD_ONGOING -> "{\"dtm_result\":\"ONGOING\"}";
            case FAILURE -> "{\"message\":\"" + REFUSAL + "\"}";
            case ONGOING, ERROR -> "{}";
        };
    }

    private static String jsonRpc(Answer answer) {
        return switch (answer) {
            case SUCCESS, OLD_SUCCESS -> "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{}}";
            case FAILURE, OLD_FAILURE -> error(-32901);
            case ONGOING, OLD_ONGOING -> error(-32902);
            case ERROR -> error(-32603);
        };
    }

    private static String error(int code) {
        return "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"error\":{\"code\":" + code + ",\"message\":\"" + REFUSAL + "\"}}";
    }

    private void grpc(String name, Answer answer) {
        switch (answer) {
            case SUCCESS, OLD_SUCCESS -> grpc.next(SERVICE + name, call -> new byte[0]);
            case OLD_ONGOING -> grpc.next(SERVICE + name, Status.ABORTED.withDescription("ONGOING"));
            case FAILURE, OLD_FAILURE -> grpc.next(SERVICE + name, Status.ABORTED.withDescription(REFUSAL));
            case ONGOING -> grpc.next(SERVICE + name, Status.FAILED_PRECONDITION.withDescription("later"));
            case ERROR -> grpc.next(SERVICE + name, Status.INTERNAL.withDescription("oops"));
        }
    }

    /// The next call of a branch gets no answer before `gate` is open.
    void hold(Wire wire, String name, CountDownLatch gate) {
        if (wire == Wire.GRPC) {
            grpc.next(SERVICE + name, call -> {
                var _ = gate.await(HELD_MAX_SECONDS, TimeUnit.SECONDS);
                return new byte[0];
            });
        } else {
            http.next("/" + name, exchange -> {
                try {
                    var _ = gate.await(HELD_MAX_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException interruption) {
                    Thread.currentThread().interrupt();
                }
                exchange.close();
            });
        }
    }

    /// What a branch does whenever nothing is queued for it; over HTTP and gRPC.
    void always(Wire wire, String name, Work work) {
        if (wire == Wire.GRPC) {
            grpc.always(SERVICE + name, call -> {
                try {
                    work.run(BranchContext.from(call.metadata()));
                    return new byte[0];
                } catch (BranchRefusedException refusal) {
                    throw Status.ABORTED
                            .withDescription(refusal.getMessage())
                            .withCause(refusal)
                            .asException();
                } catch (SQLException | RuntimeException failure) {
                    throw Status.INTERNAL
                            .withDescription("oops")
                            .withCause(failure)
                            .asException();
                }
            });
        } else {
            http.always("/" + name, exchange -> {
                BranchAnswer answer = BranchAnswer.of(exchange.getRequestURI().getRawQuery(), work::run);
                HttpParticipant.respond(exchange, answer.status(), answer.body());
            });
        }
    }

    /// Where a server may post what it has to say, and what it did.
    String mailbox() {
        return http.url(MAILBOX);
    }

    List<JsonNode> mail(String gid) {
        return http.requests().stream()
                .filter(request -> request.path().equals(MAILBOX))
                .map(request -> Tx.JSON.readTree(request.body()))
                .filter(mail -> mail.path("gid").asString("").equals(gid))
                .toList();
    }

    /// To branches that a client calls itself.
    BranchConnections connections() {
        return connections;
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
        connections.close();
        http.close();
        grpc.close();
    }
}
