package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.v1.Batch;
import io.ordersaga.saga.v1.BatchItem;
import io.ordersaga.saga.v1.ChangeBatchRequest;
import io.ordersaga.saga.v1.CreateBatchRequest;
import io.ordersaga.saga.v1.DrainNodeRequest;
import io.ordersaga.saga.v1.DryRunBatchRequest;
import io.ordersaga.saga.v1.DryRunBatchResponse;
import io.ordersaga.saga.v1.GetBatchRequest;
import io.ordersaga.saga.v1.ListBatchItemsRequest;
import io.ordersaga.saga.v1.ListBatchesRequest;
import io.ordersaga.saga.v1.ListNodesRequest;
import io.ordersaga.saga.v1.ListTargetsRequest;
import io.ordersaga.saga.v1.Node;
import io.ordersaga.saga.v1.Operation;
import io.ordersaga.saga.v1.PauseTargetRequest;
import io.ordersaga.saga.v1.ResumeTargetRequest;
import io.ordersaga.saga.v1.Target;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.UndrainNodeRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What operators do about many transactions, about targets and about nodes, over gRPC and with a database.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorFleetTest extends OperatorCalls {

    private final TestDatabase database;

    OperatorFleetTest(TestDatabase database) {
        super(database);
        this.database = database;
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
                .setExpectedCount(many)
                .build();
        CreateBatchRequest fewer = wanted.toBuilder().setExpectedCount(many - 1).build();
        assertThat(refusal(() -> batches().createBatch(fewer)).errorInfo().getReason())
                .as("more than were expected")
                .isEqualTo("BATCH_LARGER");
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
    void aRequestThatIsRepeatedAtOnceMakesOneBatchAndItsIdMakesNoOther() {
        submit("once-1", "once", 1);
        awaitStatus("once-1", "succeed");
        CreateBatchRequest wanted = CreateBatchRequest.newBuilder()
                .addGids("once-1")
                .setOperation(Operation.Kind.PAUSE)
                .setRequestId("pressed twice")
                .build();

        List<String> made = IntStream.range(0, 16)
                .parallel()
                .mapToObj(_ -> batches().createBatch(wanted).getBatchId())
                .toList();

        assertThat(made).containsOnly(made.getFirst());
        for (CreateBatchRequest other : List.of(
                wanted.toBuilder().setOperation(Operation.Kind.RETRY).build(),
                wanted.toBuilder().clearGids().addGids("once-2").build(),
                wanted.toBuilder().setReason("another one").build())) {
            assertThat(refusal(() -> batches().createBatch(other)).errorInfo().getReason())
                    .isEqualTo("REQUEST_ID_USED");
        }
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
        submit("all-1", "all", 1);
        awaitStatus("all-1", "succeed");
        assertThat(refusal(() -> batches()
                                .createBatch(none.toBuilder().clearFilter().build()))
                        .violatedFields())
                .containsExactly("filter");
        assertThat(batches()
                        .dryRunBatch(DryRunBatchRequest.newBuilder()
                                .setFilter("gid=*")
                                .setOperation(Operation.Kind.RETRY)
                                .build())
                        .getFits())
                .isTrue();
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
            await().atMost(PATIENCE)
                    .until(() ->
                            targets().listTargets(ListTargetsRequest.getDefaultInstance()).getTargetsList().stream()
                                    .anyMatch(
                                            target -> target.getAddress().equals(address) && target.getWaiting() == 1));
            DryRunBatchRequest whoWait = DryRunBatchRequest.newBuilder()
                    .setFilter("waits=" + address)
                    .setOperation(Operation.Kind.RETRY)
                    .build();
            await().atMost(PATIENCE)
                    .until(() -> batches().dryRunBatch(whoWait).getSampleList().stream()
                            .map(DryRunBatchResponse.Sample::getGid)
                            .toList()
                            .equals(List.of("held-1")));
            assertThat(batches()
                            .dryRunBatch(whoWait.toBuilder()
                                    .setFilter("waits=" + address + "1")
                                    .build())
                            .getCount())
                    .isZero();

            // Whatever its wait is, it goes on at once.
            await().atMost(PATIENCE)
                    .until(() -> database.update("UPDATE saga SET next_due = next_due + INTERVAL 1 DAY"
                                    + " WHERE gid = 'held-1' AND owner IS NULL AND next_due > UTC_TIMESTAMP(6)")
                            == 1);
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
        twoDrainedAtOnceAreNotBothTheLast(drain);

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

    private void twoDrainedAtOnceAreNotBothTheLast(DrainNodeRequest one) {
        database.update(
                "INSERT INTO node (name, version, host, started, reported, stopped, running, leases, running_max,"
                        + " claim_age_micros, backlog, draining, drain_wanted, targets)"
                        + " SELECT 'other', version, host, started, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, NULL, 0, 0, 1, 0,"
                        + " 0, FALSE, FALSE, '[]' FROM node WHERE name = ?",
                one.getNode());
        DrainNodeRequest other = one.toBuilder().setNode("other").build();
        try {
            long drained = List.of(one, other).parallelStream()
                    .filter(request -> isDrained(request))
                    .count();
            assertThat(drained).isEqualTo(1);
        } finally {
            database.update("DELETE FROM node WHERE name = 'other'");
            nodes().undrainNode(UndrainNodeRequest.newBuilder()
                    .setNode(one.getNode())
                    .build());
        }
    }

    private boolean isDrained(DrainNodeRequest request) {
        try {
            var _ = nodes().drainNode(request);
            return true;
        } catch (StatusRuntimeException refused) {
            assertThat(RawCalls.Answer.of(refused).errorInfo().getReason()).isEqualTo("LAST_NODE");
            return false;
        }
    }
}
