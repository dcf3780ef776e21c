package io.ordersaga.coordinator.conformance;

import static io.ordersaga.coordinator.conformance.Case.ALL;
import static io.ordersaga.coordinator.conformance.Case.HTTP_AND_JSON_RPC;
import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.conformance.Case.Play;
import io.ordersaga.coordinator.conformance.Peer.Answer;
import java.util.List;
import java.util.Map;

/// Cases M, T and X of the contract.
final class PreparedCases {

    private PreparedCases() {}

    static List<Case> all() {
        return List.of(
                new Case("M1", "a topic reaches its two subscribers", ALL, PreparedCases::topic),
                new Case("M2", "prepared, asked twice, delivered", ALL, PreparedCases::asked),
                new Case("M3", "the check-back refuses", ALL, PreparedCases::notCommitted),
                new Case("M4", "prepared twice, submitted, prepared again", ALL, PreparedCases::preparedTwice),
                new Case("M6a", "a delay", ALL, PreparedCases::delayed),
                new Case("M7", "concurrent receivers, one ongoing", HTTP_AND_JSON_RPC, PreparedCases::concurrent),
                new Case("M9", "a topic that nobody knows", ALL, PreparedCases::unknownTopic),
                new Case("M10a", "aborted while prepared", ALL, PreparedCases::abortedMessage),
                new Case("M12", "a receiver that refuses is asked again", ALL, PreparedCases::refusingReceiver),
                new Case("T1", "two branches are confirmed, the last first", ALL, PreparedCases::confirmed),
                new Case("T2", "aborted, a cancel ongoing", ALL, PreparedCases::cancelled),
                new Case("T3", "nobody decides in time", ALL, PreparedCases::tccTimesOut),
                new Case("T4", "nested branches", ALL, PreparedCases::nested),
                new Case("T8", "a confirm that refuses is asked again", ALL, PreparedCases::refusingConfirm),
                new Case("X1", "committed in the order of registration", ALL, PreparedCases::committed),
                new Case("X2", "rolled back", ALL, PreparedCases::rolledBack),
                new Case("X4", "nobody decides in time, no branch", ALL, PreparedCases::xaTimesOut),
                new Case("X5", "a commit that fails once", ALL, PreparedCases::commitFails),
                new Case("X6", "a gid with quotes", ALL, PreparedCases::quotes));
    }

    private static Tx message(Play play) {
        return play.tx("msg")
                .step(play.url("one"), "")
                .step(play.url("two"), "")
                .queryPrepared(play.url("query"));
    }

    private static void topic(Play play) {
        String topic = "topic_" + play.name("t");
        Play.success(play.server().subscribe(play.wire(), topic, play.url("one").replace("?", "%3F")));
        Play.success(play.server().subscribe(play.wire(), topic, play.url("two").replace("?", "%3F")));
        play.taken(play.tx("msg").step("topic://" + topic, "").waiting());
        play.ends("succeed", "ss");
        assertThat(play.callsByBranch()).containsExactly("01-01:action", "01-02:action");
    }

    private static void asked(Play play) {
        play.script("query", Answer.ONGOING).script("one", Answer.ONGOING);
        Play.success(play.server().prepare(play.wire(), message(play)));
        assertThat(play.server().status(play.gid())).isEqualTo("prepared");
        play.prepared();
        play.ends("succeed", "ss");
        assertThat(play.callsByBranch()).containsExactly("00:msg", "00:msg", "01:action", "01:action", "02:action");
    }

    private static void notCommitted(Play play) {
        play.script("query", Answer.FAILURE);
        Play.success(play.server().prepare(play.wire(), message(play)));
        play.prepared();
        play.ends("failed", "pp");
        assertThat(play.callsByBranch()).containsExactly("00:msg");
    }

    private static void preparedTwice(Play play) {
        Tx message = message(play).waiting();
        Play.success(play.server().prepare(play.wire(), message));
        Play.success(play.server().prepare(play.wire(), message));
        play.taken(message);
        play.ends("succeed", "ss");
        Play.failure(play.server().prepare(play.wire(), message), "current status 'succeed', cannot prepare");
    }

    private static void delayed(Play play) {
        long startNanos = System.nanoTime();
        play.taken(message(play).customData("{\"delay\":1}"));
        assertThat(play.calls()).isEmpty();
        play.ends("succeed", "ss");
        assertThat(System.nanoTime() - startNanos).isGreaterThan(900_000_000L);
    }

    private static void concurrent(Play play) {
        play.script("one", Answer.ONGOING).taken(message(play).concurrent());
        play.ends("succeed", "ss");
        assertThat(play.callsByBranch()).containsExactlyInAnyOrder("01:action", "01:action", "02:action");
    }

    private static void unknownTopic(Play play) {
        Play.refused(
                play.server().submit(play.wire(), play.tx("msg").step("topic://nobody_" + play.name("t"), "")),
                "topic not found");
        assertThat(play.server().transaction(play.gid()).isNull()).isTrue();
    }

    private static void abortedMessage(Play play) {
        Play.success(play.server().prepare(play.wire(), message(play)));
        Play.success(play.server().abort(play.wire(), play.tx("msg").reason("local transaction failed")));
        play.ends("failed", "pp");
        assertThat(play.reason()).isEqualTo("local transaction failed");
        Play.failure(play.server().submit(play.wire(), message(play)), "current status 'failed', cannot sumbmit");
        assertThat(play.calls()).isEmpty();
    }

    private static void refusingReceiver(Play play) {
        play.script("one", Answer.FAILURE, Answer.FAILURE).taken(message(play));
        play.ends("succeed", "ss");
    }

    private static void register(Play play, String type, String... branchIds) {
        Play.success(play.server().prepare(play.wire(), play.tx(type)));
        for (String branchId : branchIds) {
            Play.success(play.server().register(play.wire(), play.tx(type), branchId, branch(play, type, branchId)));
        }
    }

    private static Map<String, String> branch(Play play, String type, String branchId) {
        return type.equals("tcc")
                ? Map.of("confirm", play.url("confirm" + branchId), "cancel", play.url("cancel" + branchId))
                : Map.of("url", play.url("phase2" + branchId));
    }

    private static void confirmed(Play play) {
        register(play, "tcc", "01", "02");
        play.taken(play.tx("tcc").waiting());
        play.ends("succeed", "psps");
        assertThat(play.callsByBranch()).containsExactly("02:confirm", "01:confirm");
        assertThat(play.calls().getFirst().payload()).contains("\"branch\":\"02\"");
    }

    private static void cancelled(Play play) {
        register(play, "tcc", "01", "02");
        play.script("cancel02", Answer.ONGOING);
        Play.success(play.server().abort(play.wire(), play.tx("tcc").reason("try was refused")));
        play.ends("failed", "spsp");
        assertThat(play.reason()).isEqualTo("try was refused");
        assertThat(play.callsByBranch()).containsExactly("02:cancel", "02:cancel", "01:cancel");
        Play.failure(play.server().submit(play.wire(), play.tx("tcc")), "current status 'failed', cannot sumbmit");
    }

    private static void tccTimesOut(Play play) {
        register(play, "tcc", "01");
        play.prepared();
        play.ends("failed", "sp");
        assertThat(play.reason()).isEqualTo("Timeout after 0 seconds");
        Play.failure(
                play.server().register(play.wire(), play.tx("tcc"), "02", branch(play, "tcc", "02")),
                "status: prepared found FAILURE");
    }

    private static void nested(Play play) {
        register(play, "tcc", "01", "0101", "02");
        play.taken(play.tx("tcc").waiting());
        play.ends("succeed", "pspsps");
        assertThat(play.callsByBranch()).containsExactly("02:confirm", "0101:confirm", "01:confirm");
    }

    private static void refusingConfirm(Play play) {
        register(play, "tcc", "01");
        play.script("confirm01", Answer.FAILURE, Answer.ERROR).taken(play.tx("tcc"));
        play.ends("succeed", "ps");
    }

    private static void committed(Play play) {
        register(play, "xa", "01", "02");
        play.taken(play.tx("xa").waiting());
        play.ends("succeed", "psps");
        assertThat(play.callsByBranch()).containsExactly("01:commit", "02:commit");
    }

    private static void rolledBack(Play play) {
        register(play, "xa", "01");
        Play.success(play.server().abort(play.wire(), play.tx("xa")));
        play.ends("failed", "sp");
        assertThat(play.callsByBranch()).containsExactly("01:rollback");
    }

    private static void xaTimesOut(Play play) {
        register(play, "xa");
        play.prepared();
        play.ends("failed", "");
    }

    private static void commitFails(Play play) {
        register(play, "xa", "01");
        play.script("phase201", Answer.ERROR).taken(play.tx("xa"));
        play.ends("succeed", "ps");
    }

    private static void quotes(Play play) {
        Tx quoted = new Tx(play.gid() + "'\"`", "xa");
        Play.success(play.server().prepare(play.wire(), quoted));
        Play.success(play.server().abort(play.wire(), quoted));
        Play.failure(
                play.server().register(play.wire(), quoted, "01", Map.of("url", play.url("phase2"))),
                "status: prepared found FAILURE");
    }
}
