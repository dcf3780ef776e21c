package io.ordersaga.coordinator.admin.operation;

import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.admin.access.Operator;
import io.ordersaga.coordinator.engine.Denial;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Hold;
import io.ordersaga.coordinator.engine.OperationKind;
import io.ordersaga.coordinator.engine.Operations;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.saga.v1.Batch;
import io.ordersaga.saga.v1.BatchItem;
import io.ordersaga.saga.v1.BatchServiceGrpc;
import io.ordersaga.saga.v1.ChangeBatchRequest;
import io.ordersaga.saga.v1.CreateBatchRequest;
import io.ordersaga.saga.v1.DryRunBatchRequest;
import io.ordersaga.saga.v1.DryRunBatchResponse;
import io.ordersaga.saga.v1.GetBatchRequest;
import io.ordersaga.saga.v1.ListBatchItemsRequest;
import io.ordersaga.saga.v1.ListBatchItemsResponse;
import io.ordersaga.saga.v1.ListBatchesRequest;
import io.ordersaga.saga.v1.ListBatchesResponse;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `saga.v1.BatchService`.
public final class BatchEndpoint extends BatchServiceGrpc.BatchServiceImplBase {

    private static final int PAGE_DEFAULT = 50;
    private static final int SAMPLE_DEFAULT = 10;

    private final BatchRunner runner;
    private final BatchJobTable table;
    private final TransactionOperations operations;
    private final Selection selection;
    private final OperationSettings settings;
    private final Refusals refusals;

    public BatchEndpoint(
            BatchRunner runner,
            TransactionOperations operations,
            Selection selection,
            OperationSettings settings,
            ErrorDomain domain) {
        this.runner = runner;
        this.table = runner.table();
        this.operations = operations;
        this.selection = selection;
        this.settings = settings;
        this.refusals = new Refusals(domain);
    }

    @Override
    public void dryRunBatch(DryRunBatchRequest request, StreamObserver<DryRunBatchResponse> observer) {
        OperationKind operation = OperationProtos.kind(request.getOperation());
        List<Gid> gids = selected(request.getFilter());
        int sampleSize = request.getSampleSize() == 0 ? SAMPLE_DEFAULT : request.getSampleSize();
        DryRunBatchResponse.Builder response = DryRunBatchResponse.newBuilder()
                .setCount(Math.min(gids.size(), settings.batchMax()))
                .setAtLeast(gids.size() > settings.batchMax())
                .setFits(operation.isForMany() && !gids.isEmpty() && gids.size() <= settings.batchMax())
                .setTransactionsMax(settings.batchMax());
        for (Gid gid : gids.subList(0, Math.min(sampleSize, gids.size()))) {
            operations.find(gid).ifPresent(stored -> response.addSample(sample(stored.saga(), operation)));
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    private static DryRunBatchResponse.Sample sample(Saga saga, OperationKind operation) {
        Optional<Denial> denial = Operations.denial(operation, saga);
        return DryRunBatchResponse.Sample.newBuilder()
                .setGid(saga.gid().value())
                .setStatus(OperationProtos.status(saga.status()))
                .setHold(OperationProtos.hold(Hold.of(saga)))
                .setAllowed(denial.isEmpty())
                .setDenial(denial.map(Denial::name).orElse(""))
                .setText(denial.map(Denial::text).orElse(""))
                .build();
    }

    @Override
    public void createBatch(CreateBatchRequest request, StreamObserver<Batch> observer) {
        Operator operator = Operator.current();
        OperationKind operation = OperationProtos.kind(request.getOperation());
        requireComplete(request, operation, operator);
        Optional<String> requestId =
                request.getRequestId().isEmpty() ? Optional.empty() : Optional.of(request.getRequestId());
        Optional<Long> known = requestId.flatMap(id -> table.requested(operator.name(), id));
        if (known.isPresent()) {
            answer(observer, same(request, known.get()));
            return;
        }
        List<Gid> gids = gids(request);
        long id = runner.create(fresh(request, operation, operator, requestId, gids.size()), gids)
                .or(() -> requestId.flatMap(
                        asked -> table.requested(operator.name(), asked).map(earlier -> same(request, earlier))))
                .orElseThrow(
                        () -> refusals.precondition("REQUEST_ID_USED", "this request_id is being used; ask again"));
        runner.wake();
        answer(observer, id);
    }

    private BatchJobTable.Fresh fresh(
            CreateBatchRequest request,
            OperationKind operation,
            Operator operator,
            Optional<String> requestId,
            int total) {
        return new BatchJobTable.Fresh(
                operation.name(),
                request.getFilter(),
                request.getReason(),
                request.hasDeadlineBy()
                        ? Optional.of(OperationProtos.duration(request.getDeadlineBy())
                                .toMillis())
                        : Optional.empty(),
                request.getRate() == 0 ? settings.batchRate() : request.getRate(),
                operator.name(),
                requestId,
                total);
    }

    /// The batch that this request made before.
    ///
    /// @throws io.ordersaga.kit.RefusalException when that was another request of the same id
    private long same(CreateBatchRequest request, long id) {
        BatchJobTable.Row row = found(id);
        boolean same = row.operation()
                        .equals(OperationProtos.kind(request.getOperation()).name())
                && row.filter().equals(request.getFilter())
                && row.reason().equals(request.getReason())
                && (request.getRate() == 0 || row.rate() == request.getRate())
                && row.deadlineMillis()
                        .equals(
                                request.hasDeadlineBy()
                                        ? Optional.of(OperationProtos.duration(request.getDeadlineBy())
                                                .toMillis())
                                        : Optional.empty())
                && namesTheSame(request, row);
        if (!same) {
            throw refusals.precondition(
                    "REQUEST_ID_USED", "this request_id made batch " + id + ", which is about something else");
        }
        return id;
    }

    private boolean namesTheSame(CreateBatchRequest request, BatchJobTable.Row row) {
        if (!request.getFilter().isEmpty()) {
            return true;
        }
        Set<String> named = new LinkedHashSet<>(request.getGidsList());
        return row.total() == named.size()
                && table.items(row.id(), 0, named.size()).stream()
                        .allMatch(item -> named.contains(item.gid().toText()));
    }

    private void requireComplete(CreateBatchRequest request, OperationKind operation, Operator operator) {
        if (!operation.isForMany()) {
            throw refusals.invalid("operation", "must be one that can be done to many transactions");
        }
        if (!operator.has(OperationProtos.leastRole(operation))) {
            throw refusals.roleMissing(Refusals.word(operation) + " needs the role "
                    + OperationProtos.leastRole(operation).name());
        }
        if (operation.needsReason() && request.getReason().isBlank()) {
            throw refusals.invalid("reason", "must say why");
        }
        if (operation == OperationKind.EXTEND_DEADLINE && !request.hasDeadlineBy()) {
            throw refusals.invalid("deadline_by", "must say by how much");
        }
        if (operation != OperationKind.EXTEND_DEADLINE && request.hasDeadlineBy()) {
            throw refusals.invalid("deadline_by", "is only for EXTEND_DEADLINE");
        }
        if (request.getGidsCount() > 0 && !request.getFilter().isEmpty()) {
            throw refusals.invalid("gids", "must be empty when there is a filter");
        }
        if (request.getGidsCount() == 0 && request.getFilter().isBlank()) {
            throw refusals.invalid("filter", "must say which transactions; gid=* selects all");
        }
    }

    private List<Gid> gids(CreateBatchRequest request) {
        List<Gid> gids;
        if (request.getGidsCount() > 0) {
            Set<Gid> named = new LinkedHashSet<>();
            request.getGidsList().forEach(gid -> named.add(refusals.gid(gid)));
            gids = List.copyOf(named);
        } else {
            gids = selected(request.getFilter());
        }
        if (gids.isEmpty()) {
            throw refusals.precondition("BATCH_EMPTY", "the filter selects no transaction");
        }
        if (gids.size() > settings.batchMax()) {
            throw refusals.precondition(
                    "BATCH_TOO_LARGE",
                    "the filter selects more than " + settings.batchMax() + " transactions; narrow it");
        }
        if (request.getExpectedCount() > 0 && gids.size() > request.getExpectedCount()) {
            throw refusals.larger(gids.size(), request.getExpectedCount());
        }
        return gids;
    }

    private List<Gid> selected(String filter) {
        return selection
                .newest(refusals.filter(filter), settings.batchMax() + 1)
                .orElseThrow(() -> refusals.precondition(
                        "FILTER_TOO_SLOW",
                        "the transactions were not found within " + settings.selectMax() + "; narrow the filter"));
    }

    @Override
    public void getBatch(GetBatchRequest request, StreamObserver<Batch> observer) {
        answer(observer, id(request.getBatchId()));
    }

    @Override
    public void pauseBatch(ChangeBatchRequest request, StreamObserver<Batch> observer) {
        long id = existing(request);
        if (table.change(id, "RUNNING", "PAUSED", false) == 0) {
            throw refusals.precondition("BATCH_NOT_RUNNING", "the batch is not running");
        }
        answer(observer, id);
    }

    @Override
    public void resumeBatch(ChangeBatchRequest request, StreamObserver<Batch> observer) {
        long id = existing(request);
        if (table.change(id, "PAUSED", "RUNNING", false) == 0) {
            throw refusals.precondition("BATCH_NOT_PAUSED", "the batch was not halted");
        }
        runner.wake();
        answer(observer, id);
    }

    @Override
    public void cancelBatch(ChangeBatchRequest request, StreamObserver<Batch> observer) {
        long id = existing(request);
        if (table.change(id, "RUNNING", "CANCELLED", true) + table.change(id, "PAUSED", "CANCELLED", true) == 0) {
            throw refusals.precondition("BATCH_OVER", "the batch is over");
        }
        answer(observer, id);
    }

    @Override
    public void listBatchItems(ListBatchItemsRequest request, StreamObserver<ListBatchItemsResponse> observer) {
        long id = found(id(request.getBatchId())).id();
        int size = request.getPageSize() == 0 ? PAGE_DEFAULT : request.getPageSize();
        int after = (int) Math.min(Integer.MAX_VALUE, number(request.getPageToken(), 0));
        List<BatchJobTable.Item> items = switch (request.getOutcome()) {
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> table.items(id, after, size);
            case PENDING, SUCCEEDED, DENIED, FAILED ->
                table.itemsOf(id, request.getOutcome().name(), after, size);
        };
        ListBatchItemsResponse.Builder response = ListBatchItemsResponse.newBuilder();
        for (BatchJobTable.Item item : items) {
            BatchItem.Builder shown = BatchItem.newBuilder()
                    .setPosition(item.place())
                    .setGid(item.gid().toText())
                    .setOutcome(BatchItem.Outcome.valueOf(item.outcome()))
                    .setDetail(item.detail());
            item.finished().ifPresent(finished -> shown.setFinishTime(OperationProtos.timestamp(finished)));
            response.addItems(shown);
        }
        if (items.size() == size) {
            response.setNextPageToken(String.valueOf(items.getLast().place()));
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    @Override
    public void listBatches(ListBatchesRequest request, StreamObserver<ListBatchesResponse> observer) {
        int size = request.getPageSize() == 0 ? PAGE_DEFAULT : request.getPageSize();
        List<BatchJobTable.Row> rows = table.list(number(request.getPageToken(), Long.MAX_VALUE), size);
        ListBatchesResponse.Builder response = ListBatchesResponse.newBuilder();
        rows.forEach(row -> response.addBatches(batch(row)));
        if (rows.size() == size) {
            response.setNextPageToken(String.valueOf(rows.getLast().id()));
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    private void answer(StreamObserver<Batch> observer, long id) {
        observer.onNext(batch(found(id)));
        observer.onCompleted();
    }

    private long existing(ChangeBatchRequest request) {
        return found(id(request.getBatchId())).id();
    }

    private BatchJobTable.Row found(long id) {
        return table.find(id).orElseThrow(() -> refusals.notFound("BATCH_NOT_FOUND", "there is no batch of this id"));
    }

    private static long id(String digits) {
        return number(digits, 0);
    }

    /// Digits of the contract's length that are too large for a number stand for nothing there is.
    private static long number(String digits, long otherwise) {
        if (digits.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLarge) {
            return Long.MAX_VALUE;
        }
    }

    private static Batch batch(BatchJobTable.Row row) {
        Batch.Builder batch = Batch.newBuilder()
                .setBatchId(String.valueOf(row.id()))
                .setOperation(OperationProtos.kind(OperationKind.valueOf(row.operation())))
                .setFilter(row.filter())
                .setReason(row.reason())
                .setRate(row.rate())
                .setState(Batch.State.valueOf(row.state()))
                .setCreator(row.author())
                .setCreateTime(OperationProtos.timestamp(row.created()))
                .setTotal(row.total())
                .setPending(row.total() - row.succeeded() - row.denied() - row.failed())
                .setSucceeded(row.succeeded())
                .setDenied(row.denied())
                .setFailed(row.failed())
                .setNode(row.owner().orElse(""));
        row.finished().ifPresent(finished -> batch.setFinishTime(OperationProtos.timestamp(finished)));
        row.deadlineMillis()
                .ifPresent(millis -> batch.setDeadlineBy(OperationProtos.duration(Duration.ofMillis(millis))));
        return batch.build();
    }
}
