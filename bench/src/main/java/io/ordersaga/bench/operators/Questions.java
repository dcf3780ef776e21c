package io.ordersaga.bench.operators;

import io.grpc.Metadata;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.MetadataUtils;
import io.ordersaga.bench.load.Channels;
import io.ordersaga.saga.v1.BatchServiceGrpc;
import io.ordersaga.saga.v1.CountTransactionsRequest;
import io.ordersaga.saga.v1.DryRunBatchRequest;
import io.ordersaga.saga.v1.GetOverviewRequest;
import io.ordersaga.saga.v1.GetTablesRequest;
import io.ordersaga.saga.v1.GetTransactionRequest;
import io.ordersaga.saga.v1.ListAttemptsRequest;
import io.ordersaga.saga.v1.ListAttentionGroupsRequest;
import io.ordersaga.saga.v1.ListTransactionsRequest;
import io.ordersaga.saga.v1.Operation;
import io.ordersaga.saga.v1.RetentionServiceGrpc;
import io.ordersaga.saga.v1.TransactionServiceGrpc;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What programs ask of the operators' API, over gRPC.
///
/// @param credentials that every call shows
public record Questions(Channels channels, Metadata credentials) {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /// Each with a name for people.
    ///
    /// @param filters of lists and counts
    public Map<String, Runnable> all(List<String> filters) {
        Map<String, Runnable> all = new LinkedHashMap<>();
        for (String filter : filters) {
            all.put("list [" + filter + "]", () -> {
                var _ = transactions()
                        .listTransactions(ListTransactionsRequest.newBuilder()
                                .setFilter(filter)
                                .build());
            });
        }
        for (String filter : filters) {
            all.put("count [" + filter + "]", () -> {
                var _ = transactions()
                        .countTransactions(CountTransactionsRequest.newBuilder()
                                .setFilter(filter)
                                .build());
            });
        }
        all.put("dry run", () -> {
            var _ = timed(BatchServiceGrpc.newBlockingStub(channels.next()))
                    .dryRunBatch(DryRunBatchRequest.newBuilder()
                            .setFilter("parked=true")
                            .setOperation(Operation.Kind.RETRY)
                            .build());
        });
        String gid = FilledStore.PREFIX + FilledStore.SUCCEEDED;
        all.put("one transaction", () -> {
            var _ = transactions()
                    .getTransaction(
                            GetTransactionRequest.newBuilder().setGid(gid).build());
        });
        all.put("its calls", () -> {
            var _ = transactions()
                    .listAttempts(ListAttemptsRequest.newBuilder().setGid(gid).build());
        });
        all.put("overview", () -> {
            var _ = transactions().getOverview(GetOverviewRequest.getDefaultInstance());
        });
        all.put("attention", () -> {
            var _ = transactions().listAttentionGroups(ListAttentionGroupsRequest.getDefaultInstance());
        });
        all.put("tables", () -> {
            var _ = timed(RetentionServiceGrpc.newBlockingStub(channels.next()))
                    .getTables(GetTablesRequest.getDefaultInstance());
        });
        return all;
    }

    private TransactionServiceGrpc.TransactionServiceBlockingStub transactions() {
        return timed(TransactionServiceGrpc.newBlockingStub(channels.next()));
    }

    private <S extends AbstractBlockingStub<S>> S timed(S stub) {
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credentials))
                .withDeadlineAfter(DEADLINE);
    }
}
