package io.ordersaga.coordinator.conformance;

import static io.ordersaga.coordinator.conformance.Case.ALL;
import static io.ordersaga.coordinator.conformance.Case.HTTP_AND_JSON_RPC;
import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.conformance.Case.Play;
import io.ordersaga.coordinator.conformance.Peer.Answer;
import java.util.Arrays;
import java.util.List;

/// Cases S of the contract.
final class SagaCases {

    private SagaCases() {}

    static List<Case> all() {
        return List.of(
                new Case("S1", "every action succeeds", ALL, SagaCases::succeeds),
                new Case("S2", "the second action refuses", ALL, SagaCases::refuses),
                new Case("S3", "an action is ongoing once", ALL, SagaCases::ongoing),
                new Case("S4", "a compensation fails, then is ongoing, then succeeds", ALL, SagaCases::compensates),
                new Case("S5", "submitted again while it runs, and after its end", ALL, SagaCases::again),
                new Case("S6", "empty addresses succeed without a call", ALL, SagaCases::empty),
                new Case("S7", "concurrent, the first action ongoing", ALL, SagaCases::concurrent),
                new Case("S8a", "orders, the first action refuses", ALL, SagaCases::ordersFirst),
                new Case("S8b", "orders, the second action refuses", ALL, SagaCases::ordersSecond),
                new Case("S9a", "wait_result: succeeds", ALL, SagaCases::waits),
                new Case(
                        "S9b",
                        "wait_result: ongoing is a failure, though it succeeds later",
                        ALL,
                        SagaCases::waitsLonger),
                new Case("S9c", "wait_result: the reason of a refusal", ALL, SagaCases::waitsForReason),
                new Case("S10a", "timeout_to_fail", ALL, SagaCases::timesOut),
                new Case("S12a", "retry_limit 3: the fourth call succeeds", ALL, SagaCases::retries),
                new Case("S12b", "retry_limit 1 is spent", ALL, SagaCases::retriesSpent),
                new Case("S13", "branch headers arrive, also with a repeated call", ALL, SagaCases::headers),
                new Case("S15", "payloads in the steps, as before DTM 1.10", HTTP_AND_JSON_RPC, SagaCases::legacy));
    }

    private static void succeeds(Play play) {
        play.taken(play.transfer().waiting());
        play.ends("succeed", "psps");
        assertThat(play.reason()).isEmpty();
        assertThat(play.callsByBranch()).containsExactly("01:action", "02:action");
    }

    private static void refuses(Play play) {
        play.script("in", Answer.FAILURE).taken(play.transfer());
        play.ends("failed", "sssf");
        assertThat(play.reason()).contains(Peer.REFUSAL);
        assertThat(play.callsByBranch()).containsExactly("01:action", "02:action", "02:compensate", "01:compensate");
    }

    private static void ongoing(Play play) {
        play.script("out", Answer.ONGOING).taken(play.transfer());
        play.ends("succeed", "psps");
        assertThat(play.callsByBranch()).containsExactly("01:action", "01:action", "02:action");
    }

    private static void compensates(Play play) {
        play.script("in", Answer.FAILURE)
                .script("in_back", Answer.ERROR, Answer.ONGOING)
                .taken(play.transfer());
        play.ends("failed", "sssf");
    }

    private static void again(Play play) {
        play.script("out", Answer.ONGOING, Answer.ONGOING).taken(play.transfer());
        play.taken(play.transfer());
        play.ends("succeed", "psps");
        Play.failure(play.server().submit(play.wire(), play.transfer()), "current status 'succeed', cannot sumbmit");
    }

    private static void empty(Play play) {
        play.taken(play.tx("saga").step("", "").step("", "").waiting());
        play.ends("succeed", "psps");
        assertThat(play.calls()).isEmpty();
    }

    private static void concurrent(Play play) {
        play.script("out", Answer.ONGOING).taken(play.transfer().customData("{\"concurrent\":true}"));
        play.ends("succeed", "psps");
        assertThat(play.callsByBranch()).containsExactlyInAnyOrder("01:action", "01:action", "02:action");
    }

    private static void ordersFirst(Play play) {
        play.script("out", Answer.FAILURE)
                .taken(play.transfer().customData("{\"concurrent\":true,\"orders\":{\"1\":[0]}}"));
        play.ends("failed", "sfpp");
    }

    private static void ordersSecond(Play play) {
        play.script("in", Answer.FAILURE)
                .taken(play.transfer().customData("{\"concurrent\":true,\"orders\":{\"1\":[0]}}"));
        play.ends("failed", "sssf");
    }

    private static void waits(Play play) {
        play.taken(play.transfer().waiting());
        assertThat(play.server().status(play.gid())).isEqualTo("succeed");
    }

    private static void waitsLonger(Play play) {
        play.script("out", Answer.ONGOING);
        Play.failure(play.server().submit(play.wire(), play.transfer().waiting()), "wait result not return success");
        play.ends("succeed", "psps");
    }

    private static void waitsForReason(Play play) {
        play.script("in", Answer.FAILURE);
        Play.failure(play.server().submit(play.wire(), play.transfer().waiting()), Peer.REFUSAL);
    }

    private static void timesOut(Play play) {
        Answer[] ongoing = new Answer[100];
        Arrays.fill(ongoing, Answer.ONGOING);
        play.script("out", ongoing).taken(play.transfer().option("timeout_to_fail", 1));
        play.ends("failed", "sppp");
        assertThat(play.reason()).matches("Timeout after \\d+ seconds");
    }

    private static void retries(Play play) {
        play.script("in", Answer.ERROR, Answer.ONGOING, Answer.ERROR)
                .taken(play.transfer().option("retry_limit", 3).waiting());
        play.ends("succeed", "psps");
    }

    private static void retriesSpent(Play play) {
        play.script("in", Answer.ERROR, Answer.ERROR).taken(play.transfer().option("retry_limit", 1));
        play.ends("failed", "sssp");
        assertThat(play.reason()).isEqualTo("RetryCount is greater than RetryLimit, RetryLimit: 1");
    }

    private static void headers(Play play) {
        play.script("in", Answer.ONGOING).taken(play.transfer().header("x-tenant", "a"));
        play.ends("succeed", "psps");
        assertThat(play.calls())
                .hasSize(3)
                .allSatisfy(call -> assertThat(call.headers()).containsEntry("x-tenant", "a"));
    }

    private static void legacy(Play play) {
        play.taken(play.transfer().legacy().waiting());
        assertThat(play.calls())
                .first()
                .satisfies(call -> assertThat(call.payload()).contains("\"step\":1"));
    }
}
