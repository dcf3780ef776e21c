package io.ordersaga.coordinator.conformance;

import static io.ordersaga.coordinator.conformance.Case.HTTP_AND_GRPC;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import io.ordersaga.coordinator.conformance.Case.Play;
import io.ordersaga.coordinator.conformance.Peer.Answer;
import io.ordersaga.saga.dtm.DtmProgressesReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Cases W of the contract.
final class WorkflowCases {

    private static final String INPUT = "{\"amount\":30}";

    private WorkflowCases() {}

    static List<Case> all() {
        return List.of(
                new Case("W1", "a workflow records its branches and succeeds", HTTP_AND_GRPC, WorkflowCases::workflow),
                new Case("W2", "a workflow fails", HTTP_AND_GRPC, WorkflowCases::workflowFails),
                new Case("W3", "a workflow is called back until it ends", HTTP_AND_GRPC, WorkflowCases::calledBack),
                new Case("W4", "what was recorded is not done again", HTTP_AND_GRPC, WorkflowCases::resumed),
                new Case("W5", "its result is told again", HTTP_AND_GRPC, WorkflowCases::resultAgain),
                new Case(
                        "W6",
                        "a roll-back, the failed branch with it, goes on where it stopped",
                        HTTP_AND_GRPC,
                        WorkflowCases::rollBackResumed));
    }

    private static Tx workflow(Play play, String type) {
        String data = Base64.getEncoder().encodeToString(INPUT.getBytes(StandardCharsets.UTF_8));
        return play.tx(type)
                .queryPrepared(play.url("execute"))
                .customData("{\"name\":\"buy\",\"data\":\"" + data + "\"}");
    }

    /// The answer of `prepareWorkflow` in the JSON of the HTTP side.
    private static JsonNode prepare(Play play) {
        Tx tx = workflow(play, "workflow");
        if (play.wire() == Wire.HTTP) {
            return play.server()
                    .post("/api/dtmsvr/prepareWorkflow", tx.json(Wire.HTTP).toString())
                    .body();
        }
        DtmProgressesReply reply = play.server().dtm().prepareWorkflow(Server.request(tx));
        ObjectNode body = Tx.JSON.createObjectNode();
        body.putObject("transaction")
                .put("status", reply.getTransaction().getStatus())
                .put("result", reply.getTransaction().getResult())
                .put("rollback_reason", reply.getTransaction().getRollbackReason());
        var progresses = body.putArray("progresses");
        reply.getProgressesList()
                .forEach(progress -> progresses
                        .addObject()
                        .put("branch_id", progress.getBranchID())
                        .put("op", progress.getOp())
                        .put("status", progress.getStatus())
                        .put(
                                "bin_data",
                                Base64.getEncoder()
                                        .encodeToString(progress.getBinData().toByteArray())));
        return body;
    }

    private static Tx finished(Play play, String status) {
        return play.tx("workflow").extra("status", status);
    }

    private static void workflow(Play play) {
        JsonNode fresh = prepare(play);
        assertThat(fresh.path("transaction").path("status").asString()).isEqualTo("prepared");
        assertThat(fresh.path("progresses")).isEmpty();
        Map<String, String> record = Map.of("op", "action", "status", "succeed");
        Play.success(play.server().register(play.wire(), play.tx("workflow"), "01", record));
        JsonNode again = prepare(play).path("progresses").path(0);
        assertThat(again.path("branch_id").asString()).isEqualTo("01");
        assertThat(again.path("op").asString()).isEqualTo("action");
        assertThat(again.path("status").asString()).isEqualTo("succeed");
        assertThat(new String(Base64.getDecoder().decode(again.path("bin_data").asString()), StandardCharsets.UTF_8))
                .isEqualTo("{\"branch\":\"01\"}");
        play.taken(finished(play, "succeed"));
        play.ends("succeed", "s");
    }

    private static void workflowFails(Play play) {
        var _ = prepare(play);
        play.taken(finished(play, "failed").extra("rollback_reason", "user canceled"));
        play.ends("failed", "");
        assertThat(play.reason()).isEqualTo("user canceled");
        Play.failure(play.server().submit(play.wire(), finished(play, "succeed")), "cannot sumbmit");
    }

    private static void calledBack(Play play) {
        play.script("execute", Answer.ERROR, Answer.ONGOING, Answer.SUCCESS);
        var _ = prepare(play);
        for (int call = 1; call <= 3; call++) {
            play.callbackIsDue(call);
        }
        assertThat(play.callsByBranch().subList(0, 3)).containsOnly("00:buy");
        String expected = play.wire() == Wire.HTTP
                ? INPUT
                : new String(BytesValue.of(ByteString.copyFromUtf8(INPUT)).toByteArray(), StandardCharsets.UTF_8);
        assertThat(play.calls().getFirst().payload()).isEqualTo(expected);
        play.taken(finished(play, "succeed"));
        play.ends("succeed", "");
    }

    static void longInput(Play play) {
        String input = "i".repeat(2_000);
        Tx tx = play.tx("workflow")
                .queryPrepared(play.url("execute"))
                .customData("{\"name\":\"buy\",\"data\":\""
                        + Base64.getEncoder().encodeToString(input.getBytes(StandardCharsets.UTF_8)) + "\"}");
        if (play.wire() == Wire.HTTP) {
            Play.success(play.server()
                    .post("/api/dtmsvr/prepareWorkflow", tx.json(Wire.HTTP).toString()));
        } else {
            var _ = play.server().dtm().prepareWorkflow(Server.request(tx));
        }
        play.callbackIsDue(1);
        assertThat(play.calls().getFirst().payload()).contains(input);
        play.taken(finished(play, "succeed"));
    }

    static void endsTwice(Play play) {
        var _ = prepare(play);
        play.taken(finished(play, "succeed"));
        play.taken(finished(play, "succeed"));
        Play.failure(play.server().submit(play.wire(), finished(play, "failed")), "");
    }

    private static void resultAgain(Play play) {
        var _ = prepare(play);
        play.taken(finished(play, "succeed").extra("result", "aGVsbG8="));
        assertThat(prepare(play).path("transaction").path("result").asString()).isEqualTo("aGVsbG8=");
        assertThat(prepare(play).path("transaction").path("status").asString()).isEqualTo("succeed");
    }

    /// An application as DTM's clients are: it does what has no record yet, and records it. It dies after `dies`.
    private static void goOn(Play play, List<String> done, String dies, String... plan) {
        Map<String, String> recorded = new HashMap<>();
        prepare(play)
                .path("progresses")
                .forEach(record -> recorded.put(
                        record.path("branch_id").asString() + ":"
                                + record.path("op").asString(),
                        record.path("status").asString()));
        for (String work : plan) {
            String[] parts = work.split(":", -1);
            String name = parts[0] + ":" + parts[1];
            if (!recorded.containsKey(name)) {
                done.add(name);
                Map<String, String> record = Map.of("op", parts[1], "status", parts[2]);
                Play.success(play.server().register(play.wire(), play.tx("workflow"), parts[0], record));
                if (name.equals(dies)) {
                    throw new IllegalStateException("the application dies");
                }
            }
        }
    }

    private static void resumed(Play play) {
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        play.does("execute", branch -> {
            goOn(play, done, "01:action", "01:action:succeed", "02:action:succeed");
            play.taken(finished(play, "succeed"));
        });
        var _ = prepare(play);
        play.callbackIsDue(1);
        play.callbackIsDue(2);
        play.ends("succeed", "ss");
        assertThat(done).containsExactly("01:action", "02:action");
    }

    private static void rollBackResumed(Play play) {
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        play.does("execute", branch -> {
            goOn(
                    play,
                    done,
                    "02:rollback",
                    "01:action:succeed",
                    "02:action:failed",
                    "02:rollback:succeed",
                    "01:rollback:succeed");
            play.taken(finished(play, "failed").extra("rollback_reason", Peer.REFUSAL));
        });
        var _ = prepare(play);
        play.callbackIsDue(1);
        play.callbackIsDue(2);
        play.ends("failed", "sfss");
        assertThat(done).containsExactly("01:action", "02:action", "02:rollback", "01:rollback");
        assertThat(play.reason()).isEqualTo(Peer.REFUSAL);
    }
}
