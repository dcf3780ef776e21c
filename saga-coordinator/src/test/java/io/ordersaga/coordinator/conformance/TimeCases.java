package io.ordersaga.coordinator.conformance;

import static io.ordersaga.coordinator.conformance.Case.ALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.coordinator.conformance.Case.Needs;
import io.ordersaga.coordinator.conformance.Case.Play;
import io.ordersaga.coordinator.conformance.Peer.Answer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.JsonNode;

/// The cases in which time matters: minutes pass at once for one transaction, where its clock can be set.
final class TimeCases {

    private TimeCases() {}

    static List<Case> all() {
        return List.of(
                new Case("S10b", "timeout_to_fail of half an hour", ALL, Needs.CLOCK, TimeCases::timesOut),
                new Case(
                        "S11a",
                        "retry_interval 150: asked again after 150 s while ongoing",
                        ALL,
                        Needs.CLOCK,
                        TimeCases::ongoing),
                new Case(
                        "S11b",
                        "retry_interval 150: after an error not within 180 s, but within 360 s",
                        ALL,
                        Needs.CLOCK,
                        TimeCases::doubled),
                new Case("S14", "request_timeout bounds the call", ALL, TimeCases::requestTimeout),
                new Case("M5a", "asked after 35 s, and not before", ALL, Needs.CLOCK, TimeCases::defaultCheck),
                new Case("M5b", "asked after its own 120 s", ALL, Needs.CLOCK, TimeCases::ownCheck),
                new Case("M6b", "a delay of 100 s: not after 60, but after 101", ALL, Needs.CLOCK, TimeCases::delay),
                new Case("M8", "the web hook hears of the third error", ALL, Needs.WEB_HOOK, TimeCases::webHook));
    }

    private static void timesOut(Play play) {
        play.script("out", Answer.ONGOING)
                .taken(play.transfer().option("timeout_to_fail", 1_800).option("retry_interval", 600));
        play.awaitCalls(1);
        play.later(3_600);
        play.ends("failed", "sppp");
        assertThat(play.reason()).isEqualTo("Timeout after 1800 seconds");
    }

    private static void ongoing(Play play) {
        play.script("out", Answer.ONGOING).taken(play.transfer().option("retry_interval", 150));
        play.awaitCalls(1);
        assertThat(play.untilDue()).isBetween(100L, 150L);
        play.later(180);
        play.ends("succeed", "psps");
    }

    private static void doubled(Play play) {
        play.script("out", Answer.ERROR).taken(play.transfer().option("retry_interval", 150));
        play.awaitCalls(1);
        play.later(180);
        assertThat(play.untilDue()).isBetween(1L, 120L);
        assertThat(play.calls()).hasSize(1);
        play.later(180);
        play.ends("succeed", "psps");
    }

    /// The server's own time is a minute here, and nobody waits for that.
    private static void requestTimeout(Play play) {
        CountDownLatch answered = new CountDownLatch(1);
        play.peer().hold(play.wire(), play.name("out"), answered);
        play.taken(play.transfer().option("request_timeout", 1));
        play.awaitCalls(2);
        answered.countDown();
        play.ends("succeed", "psps");
    }

    private static Tx message(Play play) {
        return play.tx("msg").step(play.url("one"), "").queryPrepared(play.url("query"));
    }

    private static void defaultCheck(Play play) {
        Play.success(play.server().prepare(play.wire(), message(play)));
        play.later(20);
        assertThat(play.untilDue()).isBetween(1L, 15L);
        assertThat(play.calls()).isEmpty();
        play.later(16);
        play.ends("succeed", "s");
        assertThat(play.callsByBranch()).containsExactly("00:msg", "01:action");
    }

    private static void ownCheck(Play play) {
        Play.success(play.server().prepare(play.wire(), message(play).option("timeout_to_fail", 120)));
        play.later(60);
        assertThat(play.untilDue()).isBetween(1L, 60L);
        assertThat(play.calls()).isEmpty();
        play.later(61);
        play.ends("succeed", "s");
    }

    private static void delay(Play play) {
        play.taken(message(play).customData("{\"delay\":100}"));
        play.later(60);
        assertThat(play.untilDue()).isBetween(1L, 40L);
        assertThat(play.calls()).isEmpty();
        play.later(41);
        play.ends("succeed", "s");
    }

    private static void webHook(Play play) {
        play.script("one", Answer.ERROR, Answer.ERROR, Answer.ERROR, Answer.ERROR)
                .taken(message(play));
        play.ends("succeed", "s");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(play.peer().mail(play.gid())).hasSize(2));
        List<JsonNode> mail = play.peer().mail(play.gid());
        assertThat(mail)
                .allSatisfy(alert -> {
                    assertThat(alert.path("status").asString()).isEqualTo("submitted");
                    assertThat(alert.path("branch").asString()).isEqualTo(play.url("one"));
                    assertThat(alert.path("error").asString()).isNotEmpty();
                })
                .extracting(alert -> alert.path("retry_count").asInt())
                .containsExactlyInAnyOrder(3, 4);
    }
}
