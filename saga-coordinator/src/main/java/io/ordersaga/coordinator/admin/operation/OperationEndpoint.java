package io.ordersaga.coordinator.admin.operation;

import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.admin.access.Operator;
import io.ordersaga.coordinator.admin.operation.TransactionOperations.Author;
import io.ordersaga.coordinator.admin.query.Masking;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.Denial;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Operation;
import io.ordersaga.coordinator.engine.OperationKind;
import io.ordersaga.coordinator.engine.Operations;
import io.ordersaga.coordinator.engine.OperatorDesk.Answer;
import io.ordersaga.coordinator.engine.OperatorDesk.Changed;
import io.ordersaga.coordinator.engine.OperatorDesk.Denied;
import io.ordersaga.coordinator.engine.OperatorDesk.Done;
import io.ordersaga.coordinator.engine.OperatorDesk.Expected;
import io.ordersaga.coordinator.engine.OperatorDesk.Missing;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.RollBackPlan;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.StateTag;
import io.ordersaga.coordinator.engine.StepProgress;
import io.ordersaga.coordinator.engine.UnreadableSagaException;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.saga.v1.AddNoteRequest;
import io.ordersaga.saga.v1.BranchOperationRequest;
import io.ordersaga.saga.v1.ExtendDeadlineRequest;
import io.ordersaga.saga.v1.ForcedOperationRequest;
import io.ordersaga.saga.v1.GetOperationTableRequest;
import io.ordersaga.saga.v1.GetOperationsRequest;
import io.ordersaga.saga.v1.OperationRequest;
import io.ordersaga.saga.v1.OperationResult;
import io.ordersaga.saga.v1.OperationServiceGrpc;
import io.ordersaga.saga.v1.OperationTable;
import io.ordersaga.saga.v1.PreviewRollBackRequest;
import io.ordersaga.saga.v1.RollBackPreview;
import io.ordersaga.saga.v1.TransactionStatus;
import java.util.Optional;
import java.util.function.Supplier;

/// `saga.v1.OperationService`.
public final class OperationEndpoint extends OperationServiceGrpc.OperationServiceImplBase {

    private final TransactionOperations operations;
    private final Masking masking;
    private final Refusals refusals;

    public OperationEndpoint(TransactionOperations operations, Masking masking, ErrorDomain domain) {
        this.operations = operations;
        this.masking = masking;
        this.refusals = new Refusals(domain);
    }

    @Override
    public void getOperationTable(GetOperationTableRequest request, StreamObserver<OperationTable> observer) {
        answer(observer, OperationProtos.table());
    }

    @Override
    public void getOperations(GetOperationsRequest request, StreamObserver<OperationResult> observer) {
        answer(observer, OperationProtos.result(stored(request.getGid()).saga(), operations.engine()));
    }

    @Override
    public void previewRollBack(PreviewRollBackRequest request, StreamObserver<RollBackPreview> observer) {
        StoredSaga stored = stored(request.getGid());
        Saga saga = stored.saga();
        boolean workedOn = stored.ownership()
                .map(ownership -> !ownership.owner().isEmpty())
                .orElse(false);
        Optional<Denial> denial = Operations.denial(OperationKind.ROLL_BACK, saga);
        RollBackPreview.Builder preview = RollBackPreview.newBuilder()
                .setGid(saga.gid().value())
                .setAllowed(denial.isEmpty())
                .setDenial(denial.map(Denial::name).orElse(""))
                .setText(denial.map(Denial::text).orElse(""))
                .setWorkedOn(workedOn)
                .setEtag(StateTag.of(saga));
        if (denial.isEmpty() || saga.status() == SagaStatus.ABORTING) {
            RollBackPlan plan = RollBackPlan.of(
                    operations.engine(), saga, workedOn, operations.clock().instant());
            for (RollBackPlan.Undo undo : plan.steps()) {
                preview.addSteps(step(saga, undo));
            }
            preview.addAllUntouchedSteps(plan.untouched());
        }
        answer(observer, preview.build());
    }

    private RollBackPreview.Step step(Saga saga, RollBackPlan.Undo undo) {
        var step = saga.definition().steps().get(undo.step());
        return RollBackPreview.Step.newBuilder()
                .setPlace(undo.place())
                .setStep(undo.step())
                .setBranchId(
                        new BranchCall(saga.definition(), undo.step(), Op.COMPENSATION, saga.rejection()).branchId())
                .setKnown(known(saga.progress().steps().get(undo.step())))
                .setActionUrl(masking.url(step.action()))
                .setCompensationUrl(masking.url(step.compensation()))
                .setCanBeUndone(undo.isCalled())
                .build();
    }

    private static RollBackPreview.Known known(StepProgress step) {
        if (step.action().forced()) {
            return RollBackPreview.Known.FORCED;
        }
        return switch (step.action().status()) {
            case SUCCEEDED -> RollBackPreview.Known.DONE;
            case FAILED -> RollBackPreview.Known.REFUSED;
            case PREPARED -> RollBackPreview.Known.OUTCOME_UNKNOWN;
        };
    }

    @Override
    public void retryTransaction(OperationRequest request, StreamObserver<OperationResult> observer) {
        operate(request, observer, new Operation.Retry());
    }

    @Override
    public void pauseTransaction(OperationRequest request, StreamObserver<OperationResult> observer) {
        operate(
                request,
                observer,
                new Operation.Pause(author(request.getReason()).text()));
    }

    @Override
    public void resumeTransaction(OperationRequest request, StreamObserver<OperationResult> observer) {
        operate(request, observer, new Operation.Resume());
    }

    @Override
    public void parkTransaction(OperationRequest request, StreamObserver<OperationResult> observer) {
        operate(
                request,
                observer,
                new Operation.Park("parked " + author(request.getReason()).text()));
    }

    @Override
    public void releaseTransaction(OperationRequest request, StreamObserver<OperationResult> observer) {
        operate(request, observer, new Operation.Release());
    }

    private void operate(OperationRequest request, StreamObserver<OperationResult> observer, Operation operation) {
        Expected expected = expected(request.getEtag(), request.getExpectedStatus());
        operate(request.getGid(), expected, request.getReason(), observer, operation);
    }

    @Override
    public void rollBackTransaction(ForcedOperationRequest request, StreamObserver<OperationResult> observer) {
        Rejection why =
                Rejection.ofReason("rolled back " + author(request.getReason()).text());
        operate(
                request.getGid(),
                expected(request.getEtag(), request.getExpectedStatus()),
                request.getReason(),
                observer,
                new Operation.RollBack(why));
    }

    @Override
    public void forceBranch(BranchOperationRequest request, StreamObserver<OperationResult> observer) {
        operate(request, observer, new Operation.ForceBranch(request.getStep()));
    }

    @Override
    public void skipBranch(BranchOperationRequest request, StreamObserver<OperationResult> observer) {
        operate(request, observer, new Operation.SkipBranch(request.getStep()));
    }

    private void operate(
            BranchOperationRequest request, StreamObserver<OperationResult> observer, Operation operation) {
        Expected expected = expected(request.getEtag(), request.getExpectedStatus());
        operate(request.getGid(), expected, request.getReason(), observer, operation);
    }

    @Override
    public void extendDeadline(ExtendDeadlineRequest request, StreamObserver<OperationResult> observer) {
        operate(
                request.getGid(),
                expected(request.getEtag(), request.getExpectedStatus()),
                request.getReason(),
                observer,
                new Operation.ExtendDeadline(OperationProtos.duration(request.getBy())));
    }

    @Override
    public void addNote(AddNoteRequest request, StreamObserver<OperationResult> observer) {
        Gid gid = refusals.gid(request.getGid());
        Saga saga = done(gid, OperationKind.ADD_NOTE, () -> operations.note(gid, author(request.getText())));
        answer(observer, OperationProtos.result(saga, operations.engine()));
    }

    @Override
    public void deleteTransaction(ForcedOperationRequest request, StreamObserver<OperationResult> observer) {
        Gid gid = refusals.gid(request.getGid());
        Expected expected = expected(request.getEtag(), request.getExpectedStatus());
        Saga saga =
                done(gid, OperationKind.DELETE, () -> operations.delete(gid, expected, author(request.getReason())));
        answer(
                observer,
                OperationResult.newBuilder()
                        .setGid(gid.value())
                        .setMode(saga.definition().mode().wireName())
                        .setStatus(OperationProtos.status(saga.status()))
                        .setDeleted(true)
                        .build());
    }

    private void operate(
            String name,
            Expected expected,
            String reason,
            StreamObserver<OperationResult> observer,
            Operation operation) {
        Gid gid = refusals.gid(name);
        Saga saga = done(gid, operation.kind(), () -> operations.operate(gid, operation, expected, author(reason)));
        answer(observer, OperationProtos.result(saga, operations.engine()));
    }

    private Saga done(Gid gid, OperationKind operation, Supplier<Answer> asked) {
        return switch (readable(gid, asked)) {
            case Done(long _, Saga saga) -> saga;
            case Denied(Saga saga, Denial why) -> throw refusals.notAllowed(operation, saga, why);
            case Changed(Saga saga) -> throw refusals.changed(saga);
            case Missing _ -> throw refusals.noTransaction(gid);
        };
    }

    private StoredSaga stored(String name) {
        Gid gid = refusals.gid(name);
        return readable(gid, () -> operations.find(gid)).orElseThrow(() -> refusals.noTransaction(gid));
    }

    private <T> T readable(Gid gid, Supplier<T> question) {
        try {
            return question.get();
        } catch (UnreadableSagaException unreadable) {
            throw refusals.unreadable(gid);
        }
    }

    private static Author author(String reason) {
        return new Author(Operator.current().name(), reason);
    }

    private static Expected expected(String etag, TransactionStatus.Value status) {
        return new Expected(etag.isEmpty() ? Optional.empty() : Optional.of(etag), OperationProtos.status(status));
    }

    private static <T> void answer(StreamObserver<T> observer, T value) {
        observer.onNext(value);
        observer.onCompleted();
    }
}
