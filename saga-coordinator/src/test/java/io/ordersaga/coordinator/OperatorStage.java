package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.action;
import static io.ordersaga.coordinator.CoordinatorFixture.saga;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import io.ordersaga.saga.v1.CountTransactionsRequest;
import io.ordersaga.saga.v1.CountTransactionsResponse;
import io.ordersaga.saga.v1.CountTransactionsResponse.Facet;
import io.ordersaga.saga.v1.GetTransactionRequest;
import io.ordersaga.saga.v1.ListTransactionsRequest;
import io.ordersaga.saga.v1.ListTransactionsResponse;
import io.ordersaga.saga.v1.RetentionServiceGrpc;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.TransactionServiceGrpc;
import io.ordersaga.saga.v1.TransactionSummary;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One coordinator with five transactions that stand where transactions can stand, and the questions of an operator:
/// `bought/1` succeeded at the second try, `bought-no` was rolled back, `stuck` is tried again and again, `broken-1`
/// and
/// `broken-2` are parked.
final class OperatorStage implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CoordinatorFixture coordinator;
    private final ScriptedParticipant shop = ScriptedParticipant.start();
    private final ScriptedParticipant stuck = ScriptedParticipant.start();
    private final ScriptedParticipant broken = ScriptedParticipant.start();

    OperatorStage(TestDatabase database) {
        coordinator = new CoordinatorFixture(
                database,
                Map.of(
                        "ordersaga.coordinator.parking.errors-max", "3",
                        "ordersaga.coordinator.admin.query.scan-max", "1000",
                        "ordersaga.coordinator.admin.query.count-scan-max", "1000",
                        "ordersaga.coordinator.admin.query.remembered", "0s",
                        "ordersaga.coordinator.admin.retention.every", "1h",
                        "ordersaga.coordinator.admin.masking.shown-max", "300"));
    }

    void setUp() {
        stuck.always(action(1), call -> {
            throw Status.UNAVAILABLE.withDescription("moving house").asException();
        });
        broken.always(action(1), call -> {
            throw Status.INTERNAL
                    .withDescription("row 4711 of 10.0.0.1 is broken")
                    .asException();
        });
        shop.next(action(1), Status.UNAVAILABLE.withDescription("restarting"));

        submit(labelled(saga("bought/1", shop, 2), "order:1", Map.of("user", "7", "saga", "buy")));
        coordinator.awaitStatus("bought/1", "succeed");
        shop.next(action(2), Status.ABORTED.withDescription("out of stock"));
        submit(labelled(saga("bought-no", shop, 2), "order:2", Map.of("user", "7")));
        coordinator.awaitStatus("bought-no", "failed");
        submit(saga("stuck", stuck, 1));
        submit(labelled(saga("broken-1", broken, 1), "order:1", Map.of()));
        submit(saga("broken-2", broken, 1));
        // What is filtered by is written with a batch of its own.
        await().atMost(PATIENCE).until(() -> gids("parked=true error~broken").size() == 2);
        await().atMost(PATIENCE)
                .until(() -> gids("status=submitted parked=false attempts>=2 target~Do1")
                        .contains("stuck"));
    }

    CoordinatorFixture coordinator() {
        return coordinator;
    }

    ScriptedParticipant shop() {
        return shop;
    }

    ScriptedParticipant broken() {
        return broken;
    }

    @Override
    public void close() {
        coordinator.close();
        shop.close();
        stuck.close();
        broken.close();
    }

    void submit(DtmRequest.Builder request) {
        var _ = coordinator.dtm().submit(request.build());
    }

    static DtmRequest.Builder labelled(DtmRequest.Builder request, String key, Map<String, String> tags) {
        DtmTransOptions.Builder options =
                request.getTransOptions().toBuilder().putBranchHeaders("saga-business-key", key);
        tags.forEach((name, value) -> options.putBranchHeaders("saga-tag-" + name, value));
        return request.setTransOptions(options);
    }

    TransactionServiceGrpc.TransactionServiceBlockingStub transactions() {
        return TransactionServiceGrpc.newBlockingStub(coordinator.service().channel());
    }

    RetentionServiceGrpc.RetentionServiceBlockingStub retention() {
        return RetentionServiceGrpc.newBlockingStub(coordinator.service().channel());
    }

    ListTransactionsResponse list(String filter, String token) {
        return transactions()
                .listTransactions(ListTransactionsRequest.newBuilder()
                        .setFilter(filter)
                        .setPageToken(token)
                        .build());
    }

    List<String> gids(String filter) {
        return list(filter, "").getTransactionsList().stream()
                .map(TransactionSummary::getGid)
                .toList();
    }

    TransactionSummary one(String filter) {
        ListTransactionsResponse page = list(filter, "");
        assertThat(page.getTransactionsList()).hasSize(1);
        return page.getTransactions(0);
    }

    CountTransactionsResponse count(String filter) {
        return transactions()
                .countTransactions(
                        CountTransactionsRequest.newBuilder().setFilter(filter).build());
    }

    static Map<String, Long> facets(List<Facet> facets) {
        Map<String, Long> counts = new HashMap<>();
        facets.forEach(facet -> counts.put(facet.getValue(), facet.getCount().getValue()));
        return counts;
    }

    Transaction get(String gid) {
        return transactions()
                .getTransaction(GetTransactionRequest.newBuilder().setGid(gid).build());
    }

    static Status refusal(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
    }
}
