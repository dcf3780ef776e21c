package io.ordersaga.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coordinator.engine.BranchLabel;
import io.ordersaga.coordinator.engine.BranchProgress;
import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Extras;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.MsgMode;
import io.ordersaga.coordinator.engine.Progress;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.Reach;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaMode;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.StepProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is written comes back, and what older coordinators wrote is still understood.
class SagaCodecTest {

    private static final BranchProgress PREPARED = new BranchProgress(BranchStatus.PREPARED, Optional.empty());
    private static final BranchProgress SUCCEEDED =
            new BranchProgress(BranchStatus.SUCCEEDED, Optional.of(Instant.ofEpochMilli(1)));

    @Test
    void concurrentSagasComeBackWithTheirOrders() {
        for (SagaDefinition saga : List.of(
                Sagas.ofSteps(2),
                Sagas.ofOrders(2, Map.of()),
                Sagas.ofOrders(4, Map.of(1, Set.of(0, 3), 3, Set.of(2))))) {
            assertThat(SagaCodec.decodeDefinition(saga.gid(), saga.mode(), SagaCodec.encode(saga)))
                    .isEqualTo(saga);
        }
    }

    @Test
    void stepsThatWereReachedNeedNotBeTheFirst() {
        Progress progress = new Progress(List.of(
                StepProgress.stored(PREPARED, PREPARED, Reach.NOT_CALLED),
                StepProgress.stored(SUCCEEDED, PREPARED, Reach.CALLED),
                StepProgress.stored(PREPARED, PREPARED, Reach.CALLED)));

        assertThat(SagaCodec.decodeProgress(SagaCodec.encode(progress))).isEqualTo(progress);
    }

    /// An older coordinator beside this one can go on with what it can understand.
    @Test
    void whatSomebodyForcedOrTookIsWrittenInANewerFormAndEverythingElseIsNot() {
        Progress plain = new Progress(List.of(StepProgress.stored(SUCCEEDED, PREPARED, Reach.CALLED)));
        BranchProgress forced = new BranchProgress(BranchStatus.SUCCEEDED, Optional.of(Instant.ofEpochMilli(1)), true);
        Progress marked = new Progress(List.of(StepProgress.stored(forced, PREPARED, Reach.CALLED)));

        Progress taken = new Progress(List.of(StepProgress.stored(PREPARED, PREPARED, Reach.TAKEN)));

        assertThat(SagaCodec.decodeProgress(SagaCodec.encode(marked))).isEqualTo(marked);
        assertThat(SagaCodec.decodeProgress(SagaCodec.encode(taken))).isEqualTo(taken);
        assertThat(SagaCodec.formOf(taken)).isEqualTo(SagaCodec.VERSION);
        assertThat(SagaCodec.formOf(plain)).isEqualTo(3);
        assertThat(SagaCodec.encode(plain).toArray()[0]).isEqualTo((byte) 3);
        assertThat(SagaCodec.formOf(marked)).isEqualTo(SagaCodec.VERSION);
        assertThat(SagaCodec.encode(marked).toArray()[0]).isEqualTo((byte) SagaCodec.VERSION);
    }

    /// Two steps, the first done, as the first form had them: number of steps; status and time of each side; how
    /// many steps were reached.
    @Test
    void theProgressOfTheFirstFormIsStillRead() {
        String never = "00" + "8000000000000000";
        Bytes first = bytes("01" + "00000002" + "01" + "0000000000000001" + never + never + never + "00000001");

        assertThat(SagaCodec.decodeProgress(first))
                .isEqualTo(new Progress(List.of(
                        StepProgress.stored(SUCCEEDED, PREPARED, Reach.CALLED),
                        StepProgress.stored(PREPARED, PREPARED, Reach.NOT_CALLED))));
    }

    /// Protocol, number of steps, number of headers, three times and the retry limit; it ends there.
    @Test
    void theDefinitionOfTheFirstFormIsStillRead() {
        Bytes first = bytes("01" + "02" + "00000000" + "00000000" + "0000000000000000".repeat(3) + "00000000");

        assertThat(SagaCodec.decodeDefinition(new Gid("gid-1"), new SagaMode(), first))
                .isEqualTo(Sagas.ofSteps(0));
    }

    /// As the first form, and behind the retry limit whether it is concurrent, and how many orders there are; nothing
    /// of what only other modes have.
    @Test
    void theDefinitionOfTheSecondFormIsStillRead() {
        Bytes second = bytes("02" + "02" + "00000001" + "00000000".repeat(3) + "00000000" + "0000000000000000".repeat(3)
                + "00000000" + "00" + "00000000");

        assertThat(SagaCodec.decodeDefinition(new Gid("gid-1"), new SagaMode(), second))
                .isEqualTo(Sagas.of(List.of(new Step("", "", Bytes.EMPTY)), SagaOptions.DEFAULT));
    }

    @Test
    void whatOnlyOtherModesHaveComesBack() {
        Step checkBack = Step.checkBack("app:1/a.B/Query", "msg", Bytes.of("input"));
        Step record = new Step("", "", Bytes.of("answer"), new BranchLabel("0101", "action", BranchStatus.FAILED));
        SagaDefinition definition = new SagaDefinition(
                new Gid("gid-1"),
                new MsgMode(),
                Protocol.JSON_RPC,
                List.of(checkBack, record),
                Collections.emptySortedMap(),
                SagaOptions.DEFAULT,
                new Extras(Bytes.of("source"), Duration.ofSeconds(10), "{}", Bytes.of("result")));

        assertThat(SagaCodec.decodeDefinition(definition.gid(), definition.mode(), SagaCodec.encode(definition)))
                .isEqualTo(definition);
    }

    @Test
    void aFormOfTheFutureIsRefused() {
        assertThatThrownBy(() -> SagaCodec.decodeProgress(bytes("63" + "00000000")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("newer");
    }

    private static Bytes bytes(String hex) {
        return Bytes.of(HexFormat.of().parseHex(hex));
    }
}
