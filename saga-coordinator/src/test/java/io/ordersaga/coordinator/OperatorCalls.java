package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import io.ordersaga.saga.v1.BatchServiceGrpc;
import io.ordersaga.saga.v1.BranchOperationRequest;
import io.ordersaga.saga.v1.ForcedOperationRequest;
import io.ordersaga.saga.v1.GetTransactionRequest;
import io.ordersaga.saga.v1.NodeServiceGrpc;
import io.ordersaga.saga.v1.OperationRequest;
import io.ordersaga.saga.v1.OperationServiceGrpc;
import io.ordersaga.saga.v1.TargetServiceGrpc;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.TransactionServiceGrpc;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.function.Executable;

/// A coordinator with one participant, and the ways in which operators ask things of it.
abstract class OperatorCalls {

    static final java.time.Duration PATIENCE = java.time.Duration.ofSeconds(30);

    final CoordinatorFixture coordinator;
    final ScriptedParticipant shop = ScriptedParticipant.start();

    OperatorCalls(TestDatabase database) {
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

    OperationServiceGrpc.OperationServiceBlockingStub operations() {
        return OperationServiceGrpc.newBlockingStub(coordinator.service().channel())
                .withDeadlineAfter(PATIENCE);
    }

    BatchServiceGrpc.BatchServiceBlockingStub batches() {
        return BatchServiceGrpc.newBlockingStub(coordinator.service().channel()).withDeadlineAfter(PATIENCE);
    }

    TargetServiceGrpc.TargetServiceBlockingStub targets() {
        return TargetServiceGrpc.newBlockingStub(coordinator.service().channel())
                .withDeadlineAfter(PATIENCE);
    }

    NodeServiceGrpc.NodeServiceBlockingStub nodes() {
        return NodeServiceGrpc.newBlockingStub(coordinator.service().channel()).withDeadlineAfter(PATIENCE);
    }

    Transaction transaction(String gid) {
        return TransactionServiceGrpc.newBlockingStub(coordinator.service().channel())
                .withDeadlineAfter(PATIENCE)
                .getTransaction(GetTransactionRequest.newBuilder().setGid(gid).build());
    }

    /// Its steps call `<gid's name>.S/Do1`, `<gid's name>.S/Undo1` and so on.
    void submit(String gid, String name, int steps) {
        submit(gid, name, steps, 0);
    }

    void submit(String gid, String name, int steps, int timeoutToFail) {
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

    static OperationRequest on(String gid) {
        return OperationRequest.newBuilder().setGid(gid).build();
    }

    static ForcedOperationRequest forced(String gid, String reason) {
        return ForcedOperationRequest.newBuilder().setGid(gid).setReason(reason).build();
    }

    static BranchOperationRequest branch(String gid, int step) {
        return BranchOperationRequest.newBuilder()
                .setGid(gid)
                .setReason("done by hand")
                .setStep(step)
                .build();
    }

    static RawCalls.Answer refusal(Executable call) {
        return RawCalls.Answer.of(catchThrowableOfType(StatusRuntimeException.class, call::execute));
    }

    void unreachable(String method) {
        shop.always(method, _ -> {
            throw Status.UNAVAILABLE.asException();
        });
    }

    void well(String method) {
        shop.always(method, _ -> new byte[0]);
    }

    void awaitCall(String method) {
        await().atMost(PATIENCE).until(() -> shop.methods().contains(method));
    }

    void awaitStatus(String gid, String status) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(coordinator.status(gid)).isEqualTo(status));
    }
}
