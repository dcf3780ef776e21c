package io.ordersaga.coordinator.conformance;

import static io.ordersaga.coordinator.conformance.Case.ALL;
import static io.ordersaga.coordinator.conformance.Case.HTTP_AND_GRPC;
import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.conformance.Case.Check;
import io.ordersaga.coordinator.conformance.Case.Needs;
import io.ordersaga.coordinator.conformance.Case.Play;
import io.ordersaga.coordinator.conformance.Peer.Answer;
import io.ordersaga.coordinator.conformance.Server.Reply;
import io.ordersaga.coordinator.conformance.Server.Verdict;
import io.ordersaga.saga.client.BranchRefusedException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/// Cases E: what DTM's server leaves open, and what is decided here. Nobody sends them to another's server, which they
/// may hang.
final class EdgeCases {

    /// Which no name service is asked for: a label has 63 characters at most.
    private static final String NOBODY = "x".repeat(64) + ".invalid:1";

    private EdgeCases() {}

    private static Case edge(String id, String what, Check check) {
        return new Case(id, what, ALL, Needs.OURS, check);
    }

    static List<Case> all() {
        return List.of(
                edge("E1", "orders with a step that is not there", play -> orders(play, "{\"5\":[0]}")),
                edge("E2", "orders in a circle", play -> orders(play, "{\"0\":[1],\"1\":[0]}")),
                edge("E3", "fewer payloads than steps", EdgeCases::fewPayloads),
                edge("E4", "no steps", EdgeCases::noSteps),
                edge("E5", "101 steps", EdgeCases::manySteps),
                edge("E6", "no gid", EdgeCases::noGid),
                edge("E7", "gid, address, header, payload too large", EdgeCases::tooLarge),
                edge("E8", "one gid, two contents", EdgeCases::otherContent),
                edge("E9", "abort names another type", EdgeCases::abortOfAnother),
                edge("E10", "forceStop during a call", EdgeCases::stopped),
                edge("E11", "the client of a wait_result goes away", EdgeCases::goneAway),
                edge("E12", "a host that nobody knows", EdgeCases::unknownHost),
                edge("E13", "an unknown trans_type", EdgeCases::unknownType),
                edge("E14", "a submit after a prepare names other receivers", EdgeCases::otherReceivers),
                edge("E15", "a saga is prepared, a message without query_prepared", EdgeCases::preparedInVain),
                edge("E16", "a branch registered twice", EdgeCases::registeredTwice),
                new Case(
                        "E17",
                        "a workflow's input of 2,000 bytes",
                        HTTP_AND_GRPC,
                        Needs.OURS,
                        WorkflowCases::longInput),
                new Case("E18", "a workflow ends twice", HTTP_AND_GRPC, Needs.OURS, WorkflowCases::endsTwice),
                new Case("E19", "a reason of 2,000 characters", HTTP_AND_GRPC, Needs.OURS, EdgeCases::longReason),
                edge("E20", "a topic is deleted and made again", EdgeCases::topicAgain),
                new Case("E21", "a topic's 101st subscriber", HTTP_AND_GRPC, Needs.OURS, EdgeCases::manySubscribers));
    }

    /// Refused as a mistake of the client's, naming what is wrong, and not stored.
    private static void refused(Play play, Tx tx, String field) {
        Reply reply = play.server().submit(play.wire(), tx);
        assertThat(reply.verdict()).as(reply.message()).isEqualTo(Verdict.OTHER);
        assertThat(reply.message()).containsIgnoringCase(field).doesNotContainIgnoringCase("sql");
        assertThat(play.calls()).isEmpty();
        if (tx.gid.equals(play.gid())) {
            assertThat(play.server().transaction(play.gid()).isNull()).isTrue();
        }
    }

    private static void orders(Play play, String orders) {
        refused(play, play.transfer().customData("{\"concurrent\":true,\"orders\":" + orders + "}"), "orders");
    }

    private static void fewPayloads(Play play) {
        refused(play, play.transfer().payloads(1), "payloads");
    }

    private static void noSteps(Play play) {
        play.taken(play.tx("saga").waiting());
        play.ends("succeed", "");
    }

    private static void manySteps(Play play) {
        Tx saga = play.tx("saga");
        for (int step = 1; step <= 100; step++) {
            saga.step("", "");
        }
        play.taken(saga.step(play.url("out"), "").waiting());
        play.ends("succeed", "ps".repeat(101));
        assertThat(play.callsByBranch()).containsExactly("101:action");
    }

    private static void noGid(Play play) {
        refused(play, new Tx("", "saga"), "gid");
        Play.refused(play.server().prepare(play.wire(), new Tx("", "tcc")), "must not be empty");
        Play.refused(play.server().abort(play.wire(), new Tx("", "tcc")), "must not be empty");
    }

    private static void tooLarge(Play play) {
        refused(play, new Tx("g".repeat(129), "saga").step(play.url("out"), ""), "gid");
        refused(play, play.tx("saga").step(play.url("out") + "/" + "u".repeat(2_048), ""), "action");
        refused(play, play.transfer().header("x-large", "h".repeat(2_049)), "headers");
        refused(play, play.transfer().payloadBytes(1_100_000), "payloads");
        Tx endless = play.tx("saga");
        for (int step = 0; step <= 1_000; step++) {
            endless.step("", "");
        }
        refused(play, endless, "steps");
    }

    private static void otherContent(Play play) {
        play.script("out", Answer.ONGOING).taken(play.transfer());
        Tx other = play.tx("saga").step(play.url("else"), play.url("else_back"));
        Play.failure(play.server().submit(play.wire(), other), "");
        play.ends("succeed", "psps");
        assertThat(play.callsByBranch()).containsExactly("01:action", "01:action", "02:action");
        Play.failure(play.server().submit(play.wire(), other), "");
    }

    private static void abortOfAnother(Play play) {
        play.script("out", Answer.ONGOING).taken(play.transfer().option("retry_interval", 600));
        play.awaitCalls(1);
        Play.failure(play.server().abort(play.wire(), play.tx("tcc")), "cannot abort");
        assertThat(play.server().status(play.gid())).isEqualTo("submitted");
        play.later(1_200);
        play.ends("succeed", "psps");
    }

    private static void stopped(Play play) {
        CountDownLatch answered = new CountDownLatch(1);
        play.peer().hold(play.wire(), play.name("out"), answered);
        play.taken(play.transfer());
        play.awaitCalls(1);
        Play.success(play.server().post("/api/dtmsvr/forceStop", "{\"gid\":\"" + play.gid() + "\"}"));
        answered.countDown();
        play.ends("failed", "pppp");
        assertThat(play.callsByBranch()).containsExactly("01:action");
    }

    private static void goneAway(Play play) {
        CountDownLatch answered = new CountDownLatch(1);
        play.peer().hold(play.wire(), play.name("out"), answered);
        Future<?> waiting =
                play.server().submitLater(play.wire(), play.transfer().waiting());
        play.awaitCalls(1);
        assertThat(waiting.cancel(true)).isTrue();
        answered.countDown();
        play.ends("succeed", "psps");
    }

    private static void unknownHost(Play play) {
        String url = play.wire() == Wire.GRPC ? NOBODY + "/a.B/Do" : "http://" + NOBODY + "/do?method=do";
        play.taken(play.tx("saga").step(url, "").option("retry_limit", 1));
        play.ends("failed", "sp");
        assertThat(play.reason()).contains("RetryLimit: 1");
    }

    private static Tx message(Play play, String receiver) {
        return play.tx("msg").step(play.url(receiver), "").queryPrepared(play.url("query"));
    }

    private static void otherReceivers(Play play) {
        Play.success(play.server().prepare(play.wire(), message(play, "one")));
        Play.refused(play.server().submit(play.wire(), message(play, "two")), "");
        assertThat(play.server().status(play.gid())).isEqualTo("prepared");
        play.taken(play.tx("msg"));
        play.ends("succeed", "s");
        assertThat(play.calls()).extracting(Peer.Call::name).containsExactly(play.name("one"));
    }

    private static void preparedInVain(Play play) {
        Play.refused(play.server().prepare(play.wire(), play.transfer()), "only submitted");
        Play.refused(play.server().prepare(play.wire(), play.tx("msg").step(play.url("one"), "")), "must not be empty");
        assertThat(play.server().transaction(play.gid()).isNull()).isTrue();
    }

    private static void registeredTwice(Play play) {
        Map<String, String> urls = Map.of("confirm", play.url("confirm"), "cancel", play.url("cancel"));
        Map<String, String> others = Map.of("confirm", play.url("other"), "cancel", play.url("cancel"));
        Play.success(play.server().prepare(play.wire(), play.tx("tcc")));
        Play.success(play.server().register(play.wire(), play.tx("tcc"), "01", urls));
        Play.success(play.server().register(play.wire(), play.tx("tcc"), "01", urls));
        Play.refused(play.server().register(play.wire(), play.tx("tcc"), "01", others), "");
        play.taken(play.tx("tcc").waiting());
        play.ends("succeed", "ps");
        assertThat(play.calls()).extracting(Peer.Call::name).containsExactly(play.name("confirm"));
    }

    private static void longReason(Play play) {
        String reason = "r".repeat(2_000);
        play.does("in", branch -> {
                    throw new BranchRefusedException("bank", "LONG", reason, Map.of());
                })
                .taken(play.transfer());
        play.ends("failed", "sssf");
        assertThat(play.reason()).contains(reason);
    }

    private static void topicAgain(Play play) {
        String topic = "topic_" + play.name("t");
        Play.success(play.server().subscribe(play.wire(), topic, play.url("one").replace("?", "%3F")));
        play.taken(new Tx(play.gid() + "-1", "msg").step("topic://" + topic, "").waiting());
        Play.success(ServerCases.delete(play, topic));
        Play.success(play.server().subscribe(play.wire(), topic, play.url("two").replace("?", "%3F")));
        play.taken(play.tx("msg").step("topic://" + topic, "").waiting());
        play.ends("succeed", "s");
        assertThat(play.calls()).extracting(Peer.Call::name).containsExactly(play.name("two"));
    }

    private static void manySubscribers(Play play) {
        String topic = "topic_" + play.name("t");
        for (int number = 1; number <= 100; number++) {
            Play.success(play.server().subscribe(play.wire(), topic, play.url("s" + number)));
        }
        Play.refused(play.server().subscribe(play.wire(), topic, play.url("s101")), "100");
    }

    private static void unknownType(Play play) {
        refused(play, play.tx("sage").step(play.url("out"), ""), "type");
    }
}
