package io.ordersaga.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.grpc.Status;
import io.ordersaga.coordinator.engine.OperationKind;
import io.ordersaga.coordinator.engine.Operations;
import io.ordersaga.saga.v1.AddNoteRequest;
import io.ordersaga.saga.v1.Availability;
import io.ordersaga.saga.v1.ExtendDeadlineRequest;
import io.ordersaga.saga.v1.GetOperationTableRequest;
import io.ordersaga.saga.v1.GetOperationsRequest;
import io.ordersaga.saga.v1.Hold;
import io.ordersaga.saga.v1.Operation;
import io.ordersaga.saga.v1.OperationRequest;
import io.ordersaga.saga.v1.OperationResult;
import io.ordersaga.saga.v1.OperationTable;
import io.ordersaga.saga.v1.PreviewRollBackRequest;
import io.ordersaga.saga.v1.RollBackPreview;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.TransactionStatus;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What operators do about one transaction, over gRPC and with a database.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorApiTest extends OperatorCalls {

    OperatorApiTest(TestDatabase database) {
        super(database);
    }

    @Test
    void theTableIsTheEngines() {
        OperationTable table = operations().getOperationTable(GetOperationTableRequest.getDefaultInstance());

        assertThat(table.getRowsList()).hasSize(OperationKind.values().length);
        assertThat(table.getRowsList())
                .allSatisfy(row -> assertThat(row.getCellsList())
                        .hasSize(Operations.State.all().size()));
        assertThat(table.getRowsList().stream().flatMap(row -> row.getCellsList().stream()))
                .allMatch(cell -> cell.getAllowed() == cell.getDenial().isEmpty());
        assertThat(table.getRowsList())
                .filteredOn(OperationTable.Row::getNeedsReason)
                .extracting(OperationTable.Row::getOperation)
                .contains(
                        Operation.Kind.ROLL_BACK,
                        Operation.Kind.FORCE_BRANCH,
                        Operation.Kind.SKIP_BRANCH,
                        Operation.Kind.DELETE);
    }

    @Test
    void whatWaitsIsPausedAndGoesOnWhenItIsResumed() {
        unreachable("pause.S/Do1");
        submit("pause-1", "pause", 1);
        awaitCall("pause.S/Do1");

        OperationResult paused = operations()
                .pauseTransaction(OperationRequest.newBuilder()
                        .setGid("pause-1")
                        .setReason("stock is counted")
                        .build());
        assertThat(paused.getHold()).isEqualTo(Hold.Kind.PAUSED);
        assertThat(paused.getHoldReason()).isEqualTo("paused: by anonymous: stock is counted");
        assertThat(allowed(paused)).contains(Operation.Kind.RESUME).doesNotContain(Operation.Kind.RETRY);
        RawCalls.Answer refused = refusal(() -> operations().retryTransaction(on("pause-1")));
        assertThat(refused.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.errorInfo().getReason()).isEqualTo("OPERATION_NOT_ALLOWED");
        assertThat(refused.errorInfo().getMetadataMap())
                .containsEntry("denial", "PAUSED")
                .containsEntry("status", "SUBMITTED")
                .containsEntry("hold", "PAUSED");

        well("pause.S/Do1");
        assertThat(operations().resumeTransaction(on("pause-1")).getHold()).isEqualTo(Hold.Kind.NOT_HELD);
        awaitStatus("pause-1", "succeed");
        assertThat(transaction("pause-1").getNotesList())
                .extracting(Transaction.Note::getText)
                .containsExactly("[pause] stock is counted", "[resume]");
    }

    private static List<Operation.Kind> allowed(OperationResult result) {
        return result.getOperationsList().stream()
                .filter(Availability::getAllowed)
                .map(Availability::getOperation)
                .toList();
    }

    @Test
    void aRollBackUndoesWhatItsPreviewSaid() {
        unreachable("back.S/Do3");
        submit("back-1", "back", 4);
        awaitCall("back.S/Do3");
        // The saga may be worked on now and then, and be thought further than it is.
        await().atMost(PATIENCE)
                .until(() -> preview("back-1").getSteps(0).getStep() == 2
                        && preview("back-1").getSteps(1).getKnown() == RollBackPreview.Known.DONE);

        RollBackPreview preview = preview("back-1");
        assertThat(preview.getAllowed()).isTrue();
        OperationResult result = operations()
                .rollBackTransaction(forced("back-1", "the customer gave up").toBuilder()
                        .setExpectedStatus(TransactionStatus.Value.SUBMITTED)
                        .build());
        assertThat(result.getStatus()).isEqualTo(TransactionStatus.Value.ABORTING);
        awaitStatus("back-1", "failed");
        assertThat(shop.methods()).containsSubsequence("back.S/Undo3", "back.S/Undo2", "back.S/Undo1");
        assertThat(transaction("back-1").getRejection().getReason())
                .isEqualTo("rolled back by anonymous: the customer gave up");
        assertThat(refusal(() -> operations().rollBackTransaction(forced("back-1", "again")))
                        .errorInfo()
                        .getMetadataMap())
                .containsEntry("denial", "OVER");
    }

    private RollBackPreview preview(String gid) {
        return operations()
                .previewRollBack(PreviewRollBackRequest.newBuilder().setGid(gid).build());
    }

    @Test
    void aStateThatChangedMeanwhileIsNotDecidedAbout() {
        unreachable("etag.S/Do1");
        submit("etag-1", "etag", 1);
        awaitCall("etag.S/Do1");
        String etag = transaction("etag-1").getEtag();
        OperationRequest seen =
                OperationRequest.newBuilder().setGid("etag-1").setEtag(etag).build();
        String parked = operations().parkTransaction(seen).getEtag();

        RawCalls.Answer refused = refusal(() -> operations().releaseTransaction(seen));
        assertThat(refused.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(refused.errorInfo().getReason()).isEqualTo("ETAG_MISMATCH");
        assertThat(refused.errorInfo().getMetadataMap()).containsEntry("etag", parked);
        assertThat(refusal(() -> operations()
                                .releaseTransaction(on("etag-1").toBuilder()
                                        .setExpectedStatus(TransactionStatus.Value.ABORTING)
                                        .build()))
                        .code())
                .isEqualTo(Status.Code.ABORTED);
        well("etag.S/Do1");
        operations().releaseTransaction(seen.toBuilder().setEtag(parked).build());
        awaitStatus("etag-1", "succeed");
    }

    @Test
    void aForcedActionIsNotCalledAgainAndMarked() {
        unreachable("force.S/Do1");
        submit("force-1", "force", 2);
        awaitCall("force.S/Do1");

        assertThat(operations().forceBranch(branch("force-1", 0)).getForcedStepsList())
                .containsExactly(0);
        awaitStatus("force-1", "succeed");
        assertThat(coordinator.rows("force-1")).as("as DTM's clients see it").isEqualTo("psps");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                coordinator.get("/api/dtmsvr/query?gid=force-1").body())
                        .contains("succeed"));
        assertThat(transaction("force-1")
                        .getBranches(0)
                        .getAction()
                        .getLastAttempt()
                        .getOutcome())
                .isEqualTo("forced");
        assertThat(refusal(() -> operations().forceBranch(branch("force-1", 0)))
                        .errorInfo()
                        .getMetadataMap())
                .containsEntry("denial", "OVER");
    }

    @Test
    void aSkippedCompensationLetsTheRollBackEnd() {
        shop.next("skip.S/Do2", Status.ABORTED);
        unreachable("skip.S/Undo1");
        submit("skip-1", "skip", 2);
        awaitCall("skip.S/Undo1");

        assertThat(refusal(() -> operations().skipBranch(branch("skip-1", 7)))
                        .errorInfo()
                        .getMetadataMap())
                .containsEntry("denial", "NO_SUCH_STEP");
        operations().skipBranch(branch("skip-1", 0));
        awaitStatus("skip-1", "failed");
    }

    @Test
    void aDeadlineIsExtended() {
        unreachable("late.S/Do1");
        submit("late-1", "late", 1, 3600);
        awaitCall("late.S/Do1");
        long before = operations()
                .getOperations(
                        GetOperationsRequest.newBuilder().setGid("late-1").build())
                .getDeadline()
                .getSeconds();

        OperationResult result = operations()
                .extendDeadline(ExtendDeadlineRequest.newBuilder()
                        .setGid("late-1")
                        .setBy(Duration.newBuilder().setSeconds(600))
                        .build());
        assertThat(result.getDeadline().getSeconds()).isBetween(before + 599, before + 602);
        well("late.S/Do1");
        awaitStatus("late-1", "succeed");
    }

    @Test
    void aDeletedTransactionLeavesNothing() {
        submit("gone-1", "gone", 1);
        awaitStatus("gone-1", "succeed");
        operations()
                .addNote(AddNoteRequest.newBuilder()
                        .setGid("gone-1")
                        .setText("<b>to be deleted</b>")
                        .build());
        assertThat(transaction("gone-1").getNotes(0).getText()).isEqualTo("<b>to be deleted</b>");

        assertThat(operations().deleteTransaction(forced("gone-1", "a test")).getDeleted())
                .isTrue();
        assertThat(coordinator.status("gone-1")).isEmpty();
        RawCalls.Answer refused = refusal(() -> operations().deleteTransaction(forced("gone-1", "again")));
        assertThat(refused.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refused.errorInfo().getReason()).isEqualTo("TRANSACTION_NOT_FOUND");
    }

    @Test
    void whatIsForcedNeedsAReason() {
        RawCalls.Answer refused = refusal(() -> operations().rollBackTransaction(forced("any", "  ")));

        assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.violatedFields()).containsExactly("reason");
    }
}
