package io.ordersaga.coordinator.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.HttpParticipant;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What each answer of an HTTP participant means. 1,024 bytes of it are read.
class HttpBranchCallsTest {

    private final HttpParticipant participant = HttpParticipant.start();
    private final BranchCalls calls = calls(true);

    @AfterEach
    void close() {
        calls.close();
        participant.close();
    }

    @ParameterizedTest
    @CsvSource({
        "200, '', succeeded",
        "200, '{}', succeeded",
        "201, '', ERROR",
        "204, '', ERROR",
        "400, '', ERROR",
        "404, '', ERROR",
        "409, 'sold out', refused",
        "425, '', ongoing",
        "500, 'oops', ERROR",
        "429, '', UNREACHABLE",
        "502, '', UNREACHABLE",
        "504, '', NO_ANSWER",
        "503, '', UNREACHABLE",
        "200, '{\"dtm_result\":\"FAILURE\"}', refused",
        "200, '{\"dtm_result\":\"ONGOING\"}', ongoing",
        "500, 'FAILURE', refused",
        "409, 'ONGOING FAILURE', ongoing"
    })
    void everyAnswerHasItsMeaning(int status, String body, String word) {
        participant.next("/do", status, body);
        String meaning = switch (call(calls)) {
            case BranchOutcome.Unknown unknown -> unknown.trouble().name();
            case BranchOutcome definite -> definite.word();
        };
        assertThat(meaning).isEqualTo(word);
    }

    @Test
    void theOldWordsCanBeSwitchedOff() {
        participant.next("/do", 200, "no FAILURE here").next("/do", 409, "ONGOING");
        try (BranchCalls strict = calls(false)) {
            assertThat(call(strict)).isInstanceOf(BranchOutcome.Succeeded.class);
            assertThat(call(strict)).isInstanceOf(BranchOutcome.Refused.class);
        }
    }

    @Test
    void aRefusalKeepsTheBodyAsFarAsItIsRead() {
        participant.next("/do", 409, "x".repeat(100_000));
        assertThat(call(calls)).isInstanceOfSatisfying(BranchOutcome.Refused.class, refused -> {
            Rejection rejection = refused.rejection();
            assertThat(rejection.reason()).isEqualTo("x".repeat(1_024));
            assertThat(rejection.status().size()).isBetween(1, Rejection.STATUS_SIZE_MAX);
        });
    }

    @Test
    void aRefusalInTheFormOfOurBranchesHasATypedReason() throws Exception {
        participant.next("/do", 409, """
                {"dtm_result":"FAILURE","reason":"OUT_OF_STOCK","domain":"stock.ordersaga",\
                "metadata":{"available":"5"},"message":"only 5 left"}""");
        BranchOutcome.Refused refused = (BranchOutcome.Refused) call(calls);
        Status status = Status.parseFrom(refused.rejection().status().toArray());
        assertThat(refused.rejection().reason()).startsWith("{\"dtm_result\":\"FAILURE\"");
        assertThat(status.getCode()).isEqualTo(io.grpc.Status.Code.ABORTED.value());
        assertThat(status.getMessage()).isEqualTo("only 5 left");
        assertThat(status.getDetails(0).unpack(ErrorInfo.class))
                .isEqualTo(ErrorInfo.newBuilder()
                        .setReason("OUT_OF_STOCK")
                        .setDomain("stock.ordersaga")
                        .putMetadata("available", "5")
                        .build());
    }

    /// Whatever a body is, the refusal counts, and has no reason but its text.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"reason\":1}",
                "{\"reason\":{}, \"metadata\":[1]}",
                "{\"reason\":\"X\"",
                "[\"reason\"]",
                "\"reason\"",
                "null",
                ""
            })
    void aRefusalOfAnyOtherFormIsAText(String body) throws Exception {
        participant.next("/do", 409, body);
        BranchOutcome.Refused refused = (BranchOutcome.Refused) call(calls);
        Status status = Status.parseFrom(refused.rejection().status().toArray());
        assertThat(status.getMessage()).isEqualTo(body);
        assertThat(status.getDetailsList()).isEmpty();
    }

    @Test
    void aBodyThatNeverEndsCostsTheTimeoutAndNoMore() {
        CountDownLatch gate = new CountDownLatch(1);
        participant.next("/do", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            awaitOpen(gate);
        });
        assertThat(call(calls))
                .isEqualTo(new BranchOutcome.Unknown("no answer within PT0.8S", BranchOutcome.Trouble.NO_ANSWER));
        gate.countDown();
    }

    @Test
    void noRedirectLeadsOffTheList() {
        participant.next("/do", exchange -> {
            exchange.getResponseHeaders().add("Location", participant.url("/moved"));
            HttpParticipant.respond(exchange, 307, "");
        });
        String address = participant.url("/");
        AllowList list = new AllowList(true, List.of(address.substring(0, address.length() - 1)));
        CallSettings settings = new CallSettings(Duration.ofMillis(800), Duration.ofMillis(500), 10, 1_024);
        try (BranchCalls guarded = new BranchCalls(settings, list, true, new SimpleMeterRegistry())) {
            assertThat(call(guarded)).isInstanceOf(BranchOutcome.Unknown.class);
        }
        assertThat(participant.requests()).hasSize(1);

        AllowList other = new AllowList(true, List.of("http://127.0.0.1:1"));
        try (BranchCalls guarded = new BranchCalls(settings, other, true, new SimpleMeterRegistry())) {
            assertThat(call(guarded)).isInstanceOf(BranchOutcome.Unknown.class);
        }
        assertThat(participant.requests()).as("it was not called at all").hasSize(1);
    }

    @Test
    void redirectsAreFollowed() {
        participant.next("/do", exchange -> {
            exchange.getResponseHeaders().add("Location", participant.url("/moved"));
            HttpParticipant.respond(exchange, 307, "");
        });
        assertThat(call(calls)).isInstanceOf(BranchOutcome.Succeeded.class);
        assertThat(participant.requests().getLast().path()).isEqualTo("/moved");
    }

    @Test
    void nobodyThereIsUnknown() {
        participant.close();
        assertThat(call(calls))
                .isInstanceOfSatisfying(
                        BranchOutcome.Unknown.class,
                        unknown -> assertThat(unknown.trouble()).isEqualTo(BranchOutcome.Trouble.UNREACHABLE));
    }

    private BranchOutcome call(BranchCalls through) {
        Step step = new Step(participant.url("/do"), "", Bytes.of("payload"));
        return through.call(
                new BranchCall(Sagas.of(List.of(step), SagaOptions.DEFAULT), 0, Op.ACTION, Optional.empty()));
    }

    private static BranchCalls calls(boolean legacyWords) {
        CallSettings settings = new CallSettings(Duration.ofMillis(800), Duration.ofMillis(500), 10, 1_024);
        return new BranchCalls(settings, new AllowList(false, List.of()), legacyWords, new SimpleMeterRegistry());
    }

    private static void awaitOpen(CountDownLatch gate) {
        try {
            var _ = gate.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
