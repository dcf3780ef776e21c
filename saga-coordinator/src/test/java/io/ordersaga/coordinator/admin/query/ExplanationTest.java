package io.ordersaga.coordinator.admin.query;

import static io.ordersaga.coordinator.engine.Sagas.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coordinator.admin.query.Explanation.Failing;
import io.ordersaga.coordinator.admin.query.Explanation.Situation;
import io.ordersaga.coordinator.engine.BranchProgress;
import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.MsgMode;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Progress;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.Reach;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Retrying;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.Ownership;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaMode;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.StepProgress;
import io.ordersaga.coordinator.engine.TccMode;
import io.ordersaga.coordinator.engine.WorkflowMode;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Each sentence, in the situation that it is made for.
class ExplanationTest {

    private static final Set<Sentence> SEEN = EnumSet.noneOf(Sentence.class);
    private static final Optional<Ownership> DUE = Optional.of(new Ownership("", NOON.plusSeconds(252)));
    private static final Optional<Ownership> OWNED = Optional.of(new Ownership("north", NOON.plusSeconds(5)));
    private static final Optional<Failing> FAILING =
            Optional.of(new Failing(1, Op.ACTION, "unknown", "HTTP 503:\n  busy", NOON.minusSeconds(30), "south", 14));

    private Mode mode = new SagaMode();
    private SagaStatus status = SagaStatus.SUBMITTED;
    private SagaOptions options = SagaOptions.DEFAULT;
    private Optional<Ownership> ownership = DUE;
    private Optional<Failing> failing = Optional.empty();
    private Optional<Rejection> rejection = Optional.empty();
    private Optional<String> parked = Optional.empty();
    private TargetState target = TargetState.CALLED;

    @Test
    void theStatusOfAnAnswerIsWhatStandsBeforeItsWords() {
        assertThat(Branches.status("UNAVAILABLE: io exception")).isEqualTo("UNAVAILABLE");
        assertThat(Branches.status("HTTP 502: Bad Gateway")).isEqualTo("HTTP 502");
        assertThat(Branches.status("HTTP 500")).isEqualTo("HTTP 500");
        assertThat(Branches.status("OUT_OF_STOCK: 3 left")).isEmpty();
        assertThat(Branches.status("no answer within PT3S")).isEmpty();
        assertThat(Branches.status("")).isEmpty();
    }

    @Test
    void whatIsOverSaysHowItEnded() {
        status = SagaStatus.SUCCEEDED;
        assertThat(text()).isEqualTo("All 2 steps succeeded at 2026-11-21T11:59:00Z, 4m after the submit.");

        status = SagaStatus.FAILED;
        rejection = Optional.of(Rejection.ofReason("out of stock"));
        assertThat(text())
                .isEqualTo("It was rolled back completely at 2026-11-21T11:59:00Z, 4m after the submit."
                        + " The reason: \"out of stock\".");
        assertThat(explain().id()).isEqualTo("rolled_back+because");
    }

    @Test
    void whatFailsSaysWhereHowOftenAndWhenItIsTriedAgain() {
        failing = FAILING;
        options = new SagaOptions(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(10), 0);

        assertThat(text())
                .isEqualTo("Step 2, /stock/deduct at http://stock:80, failed 14 times, last with \"HTTP 503: busy\" at"
                        + " 2026-11-21T11:59:30Z on node south; next try at 2026-11-21T12:04:12Z, in 4m12s."
                        + " Without success it is rolled back at 2026-11-21T12:05:00Z, in 5m.");
        assertThat(explain().arguments()).containsEntry("wait", "4m12s").containsEntry("step", "2");

        ownership = OWNED;
        assertThat(text())
                .startsWith("Node north is calling step 2, /stock/deduct at http://stock:80, again; it failed 14");
    }

    @Test
    void aRollBackSaysWhyAndWhatIsUndone() {
        status = SagaStatus.ABORTING;
        rejection = Optional.of(Rejection.ofReason("no money"));
        ownership = OWNED;
        assertThat(text())
                .isEqualTo("It is being rolled back: \"no money\"."
                        + " Node north is calling step 2, /stock/restore at http://stock:80.");

        // What failed on the way forward explains nothing any more.
        failing = FAILING;
        assertThat(explain().id()).isEqualTo("rolling_back+running");

        ownership = DUE;
        failing = Optional.of(new Failing(1, Op.COMPENSATION, "refused", "never", NOON, "south", 1));
        assertThat(text()).contains("has refused 1 time, last with \"never\"");
    }

    @Test
    void otherWaitsHaveTheirOwnWords() {
        assertThat(text()).isEqualTo("It goes on at 2026-11-21T12:04:12Z, in 4m12s.");

        failing = Optional.of(new Failing(1, Op.ACTION, "ongoing", "", NOON, "south", 3));
        assertThat(text()).contains("has said 3 times that it is still working");

        target = TargetState.LEFT_ALONE;
        assertThat(text()).contains("waits because http://stock:80 did not answer of late");
        target = TargetState.PAUSED;
        assertThat(text()).isEqualTo("Step 2, /stock/deduct, waits because somebody paused http://stock:80.");
    }

    @Test
    void whoHasItIsNamed() {
        ownership = OWNED;
        assertThat(text()).isEqualTo("Node north is calling step 2, /stock/deduct at http://stock:80.");

        ownership = Optional.of(new Ownership("north", NOON.minusSeconds(3)));
        assertThat(text()).startsWith("Node north had it and has been silent since 2026-11-21T11:59:57Z");

        ownership = Optional.of(new Ownership("", NOON.minusSeconds(3)));
        assertThat(text()).startsWith("It is due since 2026-11-21T11:59:57Z");
    }

    @Test
    void aSagaThatHasNothingLeftToCallIsAboutToEnd() {
        mode = new TccMode();
        ownership = OWNED;
        Saga saga = saga(List.of());
        assertThat(seen(Explanation.of(situation(saga))).text()).isEqualTo("Node north is about to finish it.");
    }

    @Test
    void whatIsHeldSaysWhoCanLetItGo() {
        ownership = Optional.empty();
        failing = FAILING;
        parked = Optional.of("20 errors in a row");
        assertThat(text())
                .isEqualTo("It was set aside: \"20 errors in a row\". Nothing happens until somebody releases it."
                        + " Step 2, /stock/deduct at http://stock:80, had failed 14 times, last with \"HTTP 503: busy\" at"
                        + " 2026-11-21T11:59:30Z.");

        failing = Optional.empty();
        parked = Optional.of("paused: stock moves house");
        assertThat(text())
                .isEqualTo("Somebody paused it: \"stock moves house\". Nothing happens until somebody resumes it.");
    }

    @Test
    void whatIsPreparedSaysWhoHasToDecide() {
        status = SagaStatus.PREPARED;
        mode = new MsgMode();
        assertThat(text()).startsWith("Its sender has not said yet").contains("is asked at 2026-11-21T12:04:12Z");
        mode = new WorkflowMode();
        assertThat(text()).startsWith("Its application has not finished yet");
        mode = new TccMode();
        assertThat(text())
                .isEqualTo("Its application has neither submitted nor aborted it yet; it is aborted at"
                        + " 2026-11-21T12:04:12Z, in 4m12s.");
    }

    @Test
    void whatCannotBeReadSaysSo() {
        assertThat(seen(Explanation.unreadable("stored form 9 is newer")).text())
                .contains("stored form 9 is newer");
    }

    @Test
    void durationsShowTheirTwoLargestUnits() {
        assertThat(Explanation.duration(Duration.ofMillis(900))).isEqualTo("900ms");
        assertThat(Explanation.duration(Duration.ofSeconds(252))).isEqualTo("4m12s");
        assertThat(Explanation.duration(Duration.ofHours(51).plusSeconds(5))).isEqualTo("2d3h");
        assertThat(Explanation.duration(Duration.ofDays(2))).isEqualTo("2d");
        assertThat(Explanation.duration(Duration.ofSeconds(-5))).isEqualTo("0ms");
    }

    @Test
    void anArgumentThatIsMissingIsAMistakeOfOurs() {
        assertThatThrownBy(() -> Sentence.WAITING.text(new TreeMap<>())).hasMessageContaining("{due}");
    }

    @AfterAll
    static void everySentenceWasSaid() {
        assertThat(SEEN).isEqualTo(EnumSet.allOf(Sentence.class));
    }

    private String text() {
        return explain().text();
    }

    private Explanation explain() {
        return seen(Explanation.of(situation(saga(List.of(
                new Step("http://pay:80/pay", "http://pay:80/refund", Bytes.EMPTY),
                new Step("http://stock:80/stock/deduct", "http://stock:80/stock/restore?x=1", Bytes.EMPTY))))));
    }

    private static Explanation seen(Explanation explanation) {
        SEEN.addAll(explanation.sentences());
        return explanation;
    }

    private Situation situation(Saga saga) {
        Instant created = NOON.minus(Duration.ofMinutes(5));
        Optional<Instant> finished =
                status.isTerminal() ? Optional.of(NOON.minus(Duration.ofMinutes(1))) : Optional.empty();
        StoredSaga stored = new StoredSaga(1, saga, created, created, finished, ownership);
        return new Situation(stored, failing, _ -> target, NOON, url -> url);
    }

    private Saga saga(List<Step> steps) {
        SagaDefinition definition =
                new SagaDefinition(new Gid("gid-1"), mode, Protocol.HTTP, steps, new TreeMap<>(), options);
        BranchProgress open = new BranchProgress(BranchStatus.PREPARED, Optional.empty());
        BranchProgress done = new BranchProgress(BranchStatus.SUCCEEDED, Optional.of(NOON));
        List<StepProgress> progress = steps.isEmpty()
                ? List.of()
                : List.of(StepProgress.stored(done, open, Reach.CALLED), StepProgress.stored(open, open, Reach.CALLED));
        return new Saga(
                definition,
                status,
                new Progress(progress),
                new Retrying(0, 0, 0, Optional.empty()),
                NOON,
                rejection,
                parked);
    }
}
