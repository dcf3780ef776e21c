package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.coordinator.engine.OperationKind;
import io.ordersaga.coordinator.engine.Operations;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import io.ordersaga.saga.v1.AddNoteRequest;
import io.ordersaga.saga.v1.Availability;
import io.ordersaga.saga.v1.Batch;
import io.ordersaga.saga.v1.BatchItem;
import io.ordersaga.saga.v1.BatchServiceGrpc;
import io.ordersaga.saga.v1.BranchOperationRequest;
import io.ordersaga.saga.v1.ChangeBatchRequest;
import io.ordersaga.saga.v1.CreateBatchRequest;
import io.ordersaga.saga.v1.DrainNodeRequest;
import io.ordersaga.saga.v1.DryRunBatchRequest;
import io.ordersaga.saga.v1.DryRunBatchResponse;
import io.ordersaga.saga.v1.ExtendDeadlineRequest;
import io.ordersaga.saga.v1.ForcedOperationRequest;
import io.ordersaga.saga.v1.GetBatchRequest;
import io.ordersaga.saga.v1.GetOperationTableRequest;
import io.ordersaga.saga.v1.GetOperationsRequest;
import io.ordersaga.saga.v1.GetTransactionRequest;
import io.ordersaga.saga.v1.Hold;
import io.ordersaga.saga.v1.ListBatchItemsRequest;
import io.ordersaga.saga.v1.ListBatchesRequest;
import io.ordersaga.saga.v1.ListNodesRequest;
import io.ordersaga.saga.v1.ListTargetsRequest;
import io.ordersaga.saga.v1.Node;
import io.ordersaga.saga.v1.NodeServiceGrpc;
import io.ordersaga.saga.v1.Operation;
import io.ordersaga.saga.v1.OperationRequest;
import io.ordersaga.saga.v1.OperationResult;
import io.ordersaga.saga.v1.OperationServiceGrpc;
import io.ordersaga.saga.v1.OperationTable;
import io.ordersaga.saga.v1.PauseTargetRequest;
import io.ordersaga.saga.v1.PreviewRollBackRequest;
import io.ordersaga.saga.v1.ResumeTargetRequest;
import io.ordersaga.saga.v1.RollBackPreview;
import io.ordersaga.saga.v1.Target;
import io.ordersaga.saga.v1.TargetServiceGrpc;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.TransactionServiceGrpc;
import io.ordersaga.saga.v1.TransactionStatus;
import io.ordersaga.saga.v1.UndrainNodeRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;

/// What operators do, over gRPC and with a database, of one coordinator.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorApiTest {

    private static final java.time.Duration PATIENCE = java.time.Duration.ofSeconds(30);

    private final CoordinatorFixture coordinator;
    private final ScriptedParticipant shop = ScriptedParticipant.start();

    OperatorApiTest(TestDatabase database) {
        this.coordinator = new CoordinatorFixture(
                database,
                Map.of(
                        "ordersaga.coordinator.parking.errors-max",
                        "1",
                        "ordersaga.coordinator.retry.cap",
                        "500ms",
                        "ordersaga.coordinator.admin.operation.poll",
                        "200ms"));
    }

    @AfterAll
    void stop() {
        coordinator.close();
        shop.close();
    }

    private OperationServiceGrpc.OperationServiceBlockingStub operations() {
        return OperationServiceGrpc.newBlockingStub(coordinator.service().channel())
                .withDeadlineAfter(PATIENCE);
    }

    private BatchServiceGrpc.BatchServiceBlockingStub batches() {
        return BatchServiceGrpc.newBlockingStub(coordinator.service().channel()).withDeadlineAfter(PATIENCE);
    }

    private TargetServiceGrpc.TargetServiceBlockingStub targets() {
        return TargetServiceGrpc.newBlockingStub(coordinator.service().channel())
                .withDeadlineAfter(PATIENCE);
    }

    private NodeServiceGrpc.NodeServiceBlockingStub nodes() {
        return NodeServiceGrpc.newBlockingStub(coordinator.service().channel()).withDeadlineAfter(PATIENCE);
    }

    private Transaction transaction(String gid) {
        return TransactionServiceGrpc.newBlockingStub(coordinator.service().channel())
                .withDeadlineAfter(PATIENCE)
                .getTransaction(GetTransactionRequest.newBuilder().setGid(gid).build());
    }

    /// Its steps call `<gid's name>.S/Do1`, `<gid's name>.S/Undo1` and so on.
    private void submit(String gid, String name, int steps) {
        submit(gid, name, steps, 0);
    }

    private void submit(String gid, String name, int steps, int timeoutToFail) {
        DtmRequest.Builder request = DtmRequest.newBuilder()
                .setGid(gid)
                .setTransType("saga")
                .setTransOptions(DtmTransOptions.newBuilder().setTimeoutToFail(timeoutToFail));
        List<String> texts = new ArrayList<>();
        for (int number = 1; number <= steps; number++) {
            texts.add(step(shop.url(name + ".S/Do" + number), shop.url(name + ".S/Undo" + number)));
            request.addBinPayloads(ByteString.EMPTY);
        }
        coordinator.dtm().submit(request.setSteps(texts.toString()).build());
    }

    private static OperationRequest on(String gid) {
        return OperationRequest.newBuilder().setGid(gid).build();
    }

    private static ForcedOperationRequest forced(String gid, String reason) {
        return ForcedOperationRequest.newBuilder().setGid(gid).setReason(reason).build();
    }

    private static BranchOperationRequest branch(String gid, int step) {
        return BranchOperationRequest.newBuilder()
                .setGid(gid)
                .setReason("done by hand")
                .setStep(step)
                .build();
    }

    private static RawCalls.Answer refusal(Executable call) {
        return RawCalls.Answer.of(catchThrowableOfType(StatusRuntimeException.class, call::execute));
    }

    private void unreachable(String method) {
        shop.always(method, _ -> {
            throw Status.UNAVAILABLE.asException();
        });
    }

    private void well(String method) {
        shop.always(method, _ -> new byte[0]);
    }

    private void awaitCall(String method) {
        await().atMost(PATIENCE).until(() -> shop.methods().contains(method));
    }

    private void awaitStatus(String gid, String status) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(coordinator.status(gid)).isEqualTo(status));
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

    @Test
    void manyParkedTransactionsAreRetriedAsABatch() {
        int many = 500;
        shop.always("many.S/Do1", _ -> {
            throw Status.INTERNAL.asException();
        });
        IntStream.range(0, many).parallel().forEach(number -> submit("many-" + number, "many", 1));
        String filter = "parked=true gid=many-*";
        DryRunBatchRequest question = DryRunBatchRequest.newBuilder()
                .setFilter(filter)
                .setOperation(Operation.Kind.RETRY)
                .build();
        await().atMost(PATIENCE).until(() -> batches().dryRunBatch(question).getCount() == many);
        DryRunBatchResponse thought = batches().dryRunBatch(question);
        assertThat(thought.getSampleList()).hasSize(10).allMatch(DryRunBatchResponse.Sample::getAllowed);
        well("many.S/Do1");

        CreateBatchRequest wanted = CreateBatchRequest.newBuilder()
                .setFilter(filter)
                .setOperation(Operation.Kind.RETRY)
                .setRate(1000)
                .setRequestId("many")
                .build();
        Batch batch = batches().createBatch(wanted);
        assertThat(batch.getTotal()).isEqualTo(many);
        assertThat(batches().createBatch(wanted).getBatchId())
                .as("the same request once more")
                .isEqualTo(batch.getBatchId());
        await().atMost(PATIENCE).until(() -> batch(batch.getBatchId()).getState() == Batch.State.DONE);
        assertThat(batch(batch.getBatchId()).getSucceeded()).isEqualTo(many);
        await().atMost(PATIENCE)
                .until(() -> batches()
                                .dryRunBatch(question.toBuilder()
                                        .setFilter("status=succeeded gid=many-*")
                                        .build())
                                .getCount()
                        == many);
    }

    private Batch batch(String id) {
        return batches().getBatch(GetBatchRequest.newBuilder().setBatchId(id).build());
    }

    @Test
    void aBatchIsHaltedGoesOnAndTellsWhatItCouldNotDo() {
        submit("few-1", "few", 1);
        awaitStatus("few-1", "succeed");
        CreateBatchRequest wanted = CreateBatchRequest.newBuilder()
                .addAllGids(IntStream.range(0, 20)
                        .mapToObj(number -> "few-" + number)
                        .toList())
                .setOperation(Operation.Kind.PAUSE)
                .setRate(1)
                .build();
        Batch batch = batches().createBatch(wanted);
        ChangeBatchRequest change =
                ChangeBatchRequest.newBuilder().setBatchId(batch.getBatchId()).build();

        assertThat(batches().pauseBatch(change).getState()).isEqualTo(Batch.State.PAUSED);
        assertThat(refusal(() -> batches().pauseBatch(change)).errorInfo().getReason())
                .isEqualTo("BATCH_NOT_RUNNING");
        assertThat(batches().resumeBatch(change).getState()).isEqualTo(Batch.State.RUNNING);
        await().atMost(PATIENCE).until(() -> batch(batch.getBatchId()).getDenied() >= 2);
        assertThat(batches().cancelBatch(change).getState()).isEqualTo(Batch.State.CANCELLED);
        assertThat(refusal(() -> batches().cancelBatch(change)).errorInfo().getReason())
                .isEqualTo("BATCH_OVER");

        ListBatchItemsRequest denied = ListBatchItemsRequest.newBuilder()
                .setBatchId(batch.getBatchId())
                .setOutcome(BatchItem.Outcome.DENIED)
                .setPageSize(1)
                .build();
        var first = batches().listBatchItems(denied);
        assertThat(first.getItems(0).getDetail()).isEqualTo("there is no such transaction");
        var second = batches()
                .listBatchItems(denied.toBuilder()
                        .setPageToken(first.getNextPageToken())
                        .build());
        assertThat(second.getItems(0).getDetail()).isEqualTo("OVER: it is over");
        assertThat(batches()
                        .listBatches(ListBatchesRequest.getDefaultInstance())
                        .getBatchesList())
                .extracting(Batch::getBatchId)
                .contains(batch.getBatchId());
    }

    @Test
    void aBatchThatCannotBeIsRefused() {
        CreateBatchRequest none = CreateBatchRequest.newBuilder()
                .setFilter("gid=nobody-*")
                .setOperation(Operation.Kind.RETRY)
                .build();

        assertThat(refusal(() -> batches().createBatch(none)).errorInfo().getReason())
                .isEqualTo("BATCH_EMPTY");
        assertThat(refusal(() -> batches()
                                .createBatch(
                                        none.toBuilder().setFilter("colour=red").build()))
                        .errorInfo()
                        .getReason())
                .isEqualTo("FILTER_INVALID");
        assertThat(refusal(() -> batches()
                                .createBatch(none.toBuilder()
                                        .setOperation(Operation.Kind.ROLL_BACK)
                                        .build()))
                        .violatedFields())
                .containsExactly("reason");
        assertThat(refusal(() -> batches()
                                .createBatch(none.toBuilder()
                                        .setOperation(Operation.Kind.FORCE_BRANCH)
                                        .build()))
                        .violatedFields())
                .containsExactly("operation");
        assertThat(refusal(() -> batch("99999999999")).errorInfo().getReason()).isEqualTo("BATCH_NOT_FOUND");
    }

    @Test
    void aPausedTargetIsNotCalledUntilItIsResumed() {
        try (ScriptedParticipant stock = ScriptedParticipant.start()) {
            String address = stock.url("").substring(0, stock.url("").length() - 1);
            Target paused = targets()
                    .pauseTarget(PauseTargetRequest.newBuilder()
                            .setAddress(address)
                            .setReason("it is counted")
                            .build());
            assertThat(paused.getHealth()).isEqualTo(Target.Health.PAUSED);
            DtmRequest.Builder request = DtmRequest.newBuilder()
                    .setGid("held-1")
                    .setTransType("saga")
                    .addBinPayloads(ByteString.EMPTY)
                    .addBinPayloads(ByteString.EMPTY)
                    .setSteps(List.of(
                                    step(shop.url("held.S/Do1"), shop.url("held.S/Undo1")),
                                    step(stock.url("held.S/Do2"), stock.url("held.S/Undo2")))
                            .toString());
            coordinator.dtm().submit(request.build());

            awaitCall("held.S/Do1");
            await().atMost(PATIENCE)
                    .until(() ->
                            transaction("held-1").getBranches(1).getAction().hasLastAttempt());
            Transaction waiting = transaction("held-1");
            assertThat(waiting.getBranches(1).getAction().getLastAttempt().getError())
                    .isEqualTo("not called: " + address + " is paused by anonymous: it is counted");
            assertThat(waiting.getSummary().getAttempts()).isZero();
            assertThat(stock.calls()).isEmpty();

            ResumeTargetRequest resume =
                    ResumeTargetRequest.newBuilder().setAddress(address).build();
            targets().resumeTarget(resume);
            awaitStatus("held-1", "succeed");
            assertThat(refusal(() -> targets().resumeTarget(resume)).errorInfo().getReason())
                    .isEqualTo("TARGET_NOT_PAUSED");
            await().atMost(PATIENCE)
                    .until(() ->
                            targets().listTargets(ListTargetsRequest.getDefaultInstance()).getTargetsList().stream()
                                    .anyMatch(target -> target.getAddress().equals(address)
                                            && target.getHealth() == Target.Health.HEALTHY
                                            && target.getCalls() == 1));
        }
    }

    @Test
    void aDrainedNodeTakesUpNothingUntilItIsUndrained() {
        var listed = nodes().listNodes(ListNodesRequest.getDefaultInstance());
        Node self = listed.getNodesList().stream()
                .filter(node -> node.getNode().equals(listed.getAnsweredBy()))
                .findFirst()
                .orElseThrow();
        assertThat(self.getState()).isEqualTo(Node.State.WORKING);
        DrainNodeRequest drain =
                DrainNodeRequest.newBuilder().setNode(self.getNode()).build();
        assertThat(refusal(() -> nodes().drainNode(drain)).errorInfo().getReason())
                .isEqualTo("LAST_NODE");
        assertThat(refusal(() -> nodes().drainNode(DrainNodeRequest.newBuilder()
                                .setNode("nobody")
                                .build()))
                        .errorInfo()
                        .getReason())
                .isEqualTo("NODE_NOT_FOUND");

        nodes().drainNode(drain.toBuilder().setAllowLast(true).build());
        try {
            submit("drained-1", "drained", 1);
            await().atMost(PATIENCE)
                    .until(() -> nodes().listNodes(ListNodesRequest.getDefaultInstance())
                                    .getBacklog()
                            > 0);
            assertThat(shop.methods()).doesNotContain("drained.S/Do1");
        } finally {
            nodes().undrainNode(UndrainNodeRequest.newBuilder()
                    .setNode(self.getNode())
                    .build());
        }
        awaitStatus("drained-1", "succeed");
    }
}
