package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.action;
import static io.ordersaga.coordinator.CoordinatorFixture.saga;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.coordinator.admin.query.TransactionQueries;
import io.ordersaga.coordinator.admin.retention.Purge;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import io.ordersaga.saga.v1.Attempt;
import io.ordersaga.saga.v1.AttentionGroup;
import io.ordersaga.saga.v1.AttentionGroup.Kind;
import io.ordersaga.saga.v1.Branch;
import io.ordersaga.saga.v1.CountTransactionsRequest;
import io.ordersaga.saga.v1.CountTransactionsResponse;
import io.ordersaga.saga.v1.CountTransactionsResponse.Facet;
import io.ordersaga.saga.v1.GetOverviewRequest;
import io.ordersaga.saga.v1.GetRetentionRequest;
import io.ordersaga.saga.v1.GetTablesRequest;
import io.ordersaga.saga.v1.GetTopicRequest;
import io.ordersaga.saga.v1.GetTransactionRequest;
import io.ordersaga.saga.v1.ListAttemptsRequest;
import io.ordersaga.saga.v1.ListAttemptsResponse;
import io.ordersaga.saga.v1.ListAttentionGroupsRequest;
import io.ordersaga.saga.v1.ListKeyValuesRequest;
import io.ordersaga.saga.v1.ListTopicsRequest;
import io.ordersaga.saga.v1.ListTransactionsRequest;
import io.ordersaga.saga.v1.ListTransactionsResponse;
import io.ordersaga.saga.v1.Overview;
import io.ordersaga.saga.v1.Payload;
import io.ordersaga.saga.v1.Retention;
import io.ordersaga.saga.v1.RetentionPolicy;
import io.ordersaga.saga.v1.RetentionServiceGrpc;
import io.ordersaga.saga.v1.SubscribeRequest;
import io.ordersaga.saga.v1.TopicServiceGrpc;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.TransactionServiceGrpc;
import io.ordersaga.saga.v1.TransactionStatus;
import io.ordersaga.saga.v1.TransactionSummary;
import io.ordersaga.saga.v1.UnsubscribeRequest;
import io.ordersaga.saga.v1.UpdateRetentionRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What operators ask, of one coordinator with five transactions that stand where transactions can stand.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorQueriesTest {

    private static final String BAD_FILTER = "FILTER_INVALID";
    private static final java.time.Duration PATIENCE = java.time.Duration.ofSeconds(30);

    private final TestDatabase database;
    private final CoordinatorFixture coordinator;
    private final ScriptedParticipant shop = ScriptedParticipant.start();
    private final ScriptedParticipant stuck = ScriptedParticipant.start();
    private final ScriptedParticipant broken = ScriptedParticipant.start();

    OperatorQueriesTest(TestDatabase database) {
        this.database = database;
        this.coordinator = new CoordinatorFixture(
                database,
                Map.of(
                        "ordersaga.coordinator.parking.errors-max", "3",
                        "ordersaga.coordinator.admin.query.scan-max", "1000",
                        "ordersaga.coordinator.admin.query.remembered", "0s",
                        "ordersaga.coordinator.admin.retention.every", "1h",
                        "ordersaga.coordinator.admin.masking.shown-max", "300"));
    }

    @BeforeAll
    void transactionsStandWhereTheyCan() {
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

    @AfterAll
    void stop() {
        coordinator.close();
        shop.close();
        stuck.close();
        broken.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|broken-2,broken-1,stuck,bought-no,bought/1",
                "status=succeeded|bought/1",
                "status=failed,succeeded|bought-no,bought/1",
                "status=prepared|",
                "mode=saga status=failed|bought-no",
                "mode=tcc|",
                "gid=bought/1|bought/1",
                "gid=bought*|bought-no,bought/1",
                "gid=Bought*|",
                "gid=*|broken-2,broken-1,stuck,bought-no,bought/1",
                "key=order:1|broken-1,bought/1",
                "key=order:*|broken-1,bought-no,bought/1",
                "key=order:1 parked=true|broken-1",
                "key=order|",
                "tag:user=7|bought-no,bought/1",
                "tag:user=7 tag:saga=b*|bought/1",
                "tag:user=70|",
                "parked=true|broken-2,broken-1",
                "parked=false status=submitted|stuck",
                "paused=true|",
                "error~BROKEN|broken-2,broken-1",
                "error~\"100%\"|",
                "error~out_of|",
                "target~do2|bought-no",
                "error~restarting|bought/1",
                "fingerprint=none|",
                "reason~\"out of stock\"|bought-no",
                "reason~\"them errors\"|broken-2,broken-1",
                "attempts>=1 status=submitted parked=false|stuck",
                "duration>1h|",
                "duration<1h|broken-2,broken-1,stuck,bought-no,bought/1",
                "created<-1h|",
                "created>-1h status=succeeded|bought/1",
                "created>=2020-01-01 finished<2200-01-01|bought-no,bought/1",
                "finished<-1h|",
                "updated>2020-01-01 status=failed|bought-no",
                "due>2020-01-01|stuck",
                "owner=nobody|",
                "note~ticket|"
            })
    void filtersSelectWhatTheySay(String filter, String expected) {
        List<String> wanted = expected == null ? List.of() : List.of(expected.split(","));

        assertThat(gids(filter == null ? "" : filter)).isEqualTo(wanted);
        CountTransactionsResponse count = count(filter == null ? "" : filter);
        assertThat(count.getTotal().getValue()).isEqualTo(wanted.size());
        assertThat(count.getTotal().getAtLeast()).isFalse();
    }

    @Test
    void pagesGoOnWhereTheLastOneEndedInBothOrders() {
        for (ListTransactionsRequest.Order order :
                List.of(ListTransactionsRequest.Order.NEWEST_FIRST, ListTransactionsRequest.Order.OLDEST_FIRST)) {
            ListTransactionsRequest.Builder request =
                    ListTransactionsRequest.newBuilder().setOrder(order).setPageSize(2);
            List<String> seen = new ArrayList<>();
            do {
                ListTransactionsResponse page = transactions().listTransactions(request.build());
                page.getTransactionsList().forEach(each -> seen.add(each.getGid()));
                request.setPageToken(page.getNextPageToken());
            } while (!request.getPageToken().isEmpty());
            List<String> newest = List.of("broken-2", "broken-1", "stuck", "bought-no", "bought/1");
            assertThat(seen)
                    .isEqualTo(order == ListTransactionsRequest.Order.NEWEST_FIRST ? newest : newest.reversed());
        }
        String token = transactions()
                .listTransactions(
                        ListTransactionsRequest.newBuilder().setPageSize(1).build())
                .getNextPageToken();
        assertThat(refusal(() -> list("status=failed", token)).getDescription()).contains("page_token");
        assertThat(refusal(() -> list("", "nonsense")).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void whatIsNotUnderstoodIsRefusedWithItsPlace() {
        StatusRuntimeException refusal =
                catchThrowableOfType(StatusRuntimeException.class, () -> list("status=submitted,dreaming", ""));

        RawCalls.Answer answer = RawCalls.Answer.of(refusal);
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.errorInfo().getReason()).isEqualTo(BAD_FILTER);
        assertThat(answer.errorInfo().getMetadataOrThrow("position")).isEqualTo("8");
        assertThat(refusal(() -> transactions()
                                .listTransactions(ListTransactionsRequest.newBuilder()
                                        .setPageSize(201)
                                        .build()))
                        .getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal(() -> get("no such")).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void aListShowsWhereTransactionsStand() {
        TransactionSummary bought = one("gid=bought/1");
        assertThat(bought.getStatus()).isEqualTo(TransactionStatus.Value.SUCCEEDED);
        assertThat(bought.getBusinessKey()).isEqualTo("order:1");
        assertThat(bought.getTagsMap())
                .containsEntry("user", "7")
                .containsEntry("saga", "buy")
                .hasSize(2);
        assertThat(bought.getStepsDone() + "/" + bought.getStepsTotal()).isEqualTo("2/2");
        assertThat(bought.hasFinishTime()).isTrue();
        assertThat(bought.getTrouble().getError()).contains("restarting");

        TransactionSummary failed = one("gid=bought-no");
        assertThat(failed.getStepsDone() + "/" + failed.getStepsTotal()).isEqualTo("2/2");
        assertThat(failed.getTrouble().getOutcome()).isEqualTo("refused");

        TransactionSummary parked = one("gid=broken-1");
        assertThat(parked.getParked()).isTrue();
        assertThat(parked.getParkedReason()).isNotEmpty();
        assertThat(parked.hasNextDueTime()).isFalse();
        assertThat(parked.getTrouble().getFingerprint())
                .isEqualTo(one("gid=broken-2").getTrouble().getFingerprint())
                .matches("[0-9a-f]{16}");
    }

    @Test
    void countsAreTakenApartByWhatTransactionsHaveInCommon() {
        CountTransactionsResponse all = count("");

        assertThat(facets(all.getStatusesList()))
                .containsEntry("submitted", 3L)
                .containsEntry("succeeded", 1L)
                .containsEntry("failed", 1L)
                .containsEntry("prepared", 0L);
        assertThat(facets(all.getModesList())).containsOnly(Map.entry("saga", 5L));
        assertThat(facets(all.getParkedList())).containsEntry("true", 2L).containsEntry("false", 3L);
        Facet target = all.getTargetsList().stream()
                .filter(facet -> facet.getValue().equals(broken.url(action(1))))
                .findFirst()
                .orElseThrow();
        assertThat(target.getCount().getValue()).isEqualTo(2);
        assertThat(gids(target.getFilter())).containsExactly("broken-2", "broken-1");
        assertThat(all.getScan().getStopped()).isFalse();

        assertThat(facets(count("parked=true").getStatusesList())).containsEntry("submitted", 2L);
    }

    @Test
    void oneTransactionIsShownWithEverything() {
        Transaction bought = get("bought/1");

        assertThat(bought.getSummary().getGid()).isEqualTo("bought/1");
        assertThat(bought.getExplanation().getId()).isEqualTo("succeeded");
        assertThat(bought.getBranchesCount()).isEqualTo(2);
        Branch first = bought.getBranches(0);
        assertThat(first.getBranchId()).isEqualTo("01");
        assertThat(first.getAction().getState()).isEqualTo(Branch.State.SUCCEEDED);
        assertThat(first.getAction().getAttempts()).isEqualTo(2);
        assertThat(first.getCompensation().getState()).isEqualTo(Branch.State.UNTOUCHED);
        assertThat(first.getPayload().getForm()).isEqualTo(Payload.Form.TEXT);
        assertThat(first.getPayload().getText()).isEqualTo("payload 1");
        assertThat(bought.getBranches(1).getWaitsForList()).containsExactly(0);
        assertThat(bought.getProtocol()).isEqualTo("grpc");
        assertThat(bought.getBranchHeadersMap()).containsEntry("saga-business-key", "order:1");
        assertThat(bought.getRelatedGidsList()).containsExactly("broken-1");
        assertThat(bought.getEtag()).isNotEmpty();

        Transaction failed = get("bought-no");
        assertThat(failed.getRejection().getReason()).contains("out of stock");
        assertThat(failed.getRejection().getCode()).isEqualTo("ABORTED");
        assertThat(failed.getExplanation().getId()).isEqualTo("rolled_back+because");
        assertThat(failed.getBranches(1).getAction().getState()).isEqualTo(Branch.State.REFUSED);
        assertThat(failed.getBranches(0).getCompensation().getState()).isEqualTo(Branch.State.SUCCEEDED);

        assertThat(get("broken-1").getExplanation().getText())
                .startsWith("It was set aside")
                .contains("Step 1, /" + action(1), "4711");
        assertThat(get("stuck").getExplanation().getArgumentsMap()).containsKeys("step", "count");
    }

    @Test
    void callsArePagedInBothOrders() {
        List<String> newest = attempts("bought/1", ListAttemptsRequest.Order.NEWEST_FIRST, 2);
        List<String> oldest = attempts("bought/1", ListAttemptsRequest.Order.OLDEST_FIRST, 1);

        assertThat(newest).hasSize(3).isEqualTo(oldest.reversed());
        assertThat(oldest.getFirst()).startsWith("01 action unknown").contains("restarting");
        assertThat(oldest.getLast()).startsWith("02 action succeeded");
    }

    private List<String> attempts(String gid, ListAttemptsRequest.Order order, int size) {
        ListAttemptsRequest.Builder request =
                ListAttemptsRequest.newBuilder().setGid(gid).setOrder(order).setPageSize(size);
        List<String> seen = new ArrayList<>();
        do {
            ListAttemptsResponse page = transactions().listAttempts(request.build());
            for (Attempt each : page.getAttemptsList()) {
                assertThat(each.getNode()).isNotEmpty();
                seen.add("%s %s %s %s".formatted(each.getBranchId(), each.getOp(), each.getOutcome(), each.getError()));
            }
            request.setPageToken(page.getNextPageToken());
        } while (!request.getPageToken().isEmpty());
        return seen;
    }

    @Test
    void whatNeedsAPersonIsGroupedByItsErrorAndItsFilterSelectsIt() {
        List<AttentionGroup> groups = transactions()
                .listAttentionGroups(ListAttentionGroupsRequest.getDefaultInstance())
                .getGroupsList();

        assertThat(groups).hasSize(1);
        AttentionGroup group = groups.getFirst();
        assertThat(group.getKind()).isEqualTo(Kind.PARKED);
        assertThat(group.getCount().getValue()).isEqualTo(2);
        assertThat(group.getError()).isEqualTo("INTERNAL: row # of # is broken");
        assertThat(group.getSampleGidsList()).containsExactly("broken-1", "broken-2");
        assertThat(gids(group.getFilter())).containsExactly("broken-2", "broken-1");

        database.update("UPDATE saga SET created = created - INTERVAL 1 HOUR WHERE gid = 'stuck'");
        List<AttentionGroup> more = transactions()
                .listAttentionGroups(ListAttentionGroupsRequest.newBuilder()
                        .setOverAge(Duration.newBuilder().setSeconds(1800))
                        .build())
                .getGroupsList();
        database.update("UPDATE saga SET created = created + INTERVAL 1 HOUR WHERE gid = 'stuck'");
        assertThat(more).hasSize(2);
        assertThat(more.getLast().getKind()).isEqualTo(Kind.OVER_AGE);
        assertThat(more.getLast().getSampleGidsList()).containsExactly("stuck");
    }

    @Test
    void theOverviewAddsUpWhatAllNodesCounted() {
        coordinator.service().bean(TransactionQueries.class).minutes().record();

        Overview overview = transactions().getOverview(GetOverviewRequest.getDefaultInstance());

        assertThat(overview.getMinutesCount()).isEqualTo(60);
        assertThat(overview.getMinutesList().stream()
                        .mapToLong(Overview.Minute::getSubmitted)
                        .sum())
                .isEqualTo(5);
        assertThat(overview.getMinutesList().stream()
                        .mapToLong(Overview.Minute::getSucceeded)
                        .sum())
                .isEqualTo(1);
        assertThat(overview.getStatusesList().stream()
                        .mapToLong(each -> each.getCount().getValue())
                        .sum())
                .isEqualTo(5);
        assertThat(overview.getDurations().getTransactions()).isEqualTo(2);
        assertThat(overview.getOldestUnfinished().getGid()).isEqualTo("stuck");
        assertThat(overview.getParked().getValue()).isEqualTo(2);
        assertThat(overview.getFailingBranches(0).getTarget()).isEqualTo(broken.url(action(1)));
        assertThat(gids(overview.getFailingBranches(0).getFilter())).containsExactly("broken-2", "broken-1");
        assertThat(overview.getNode().getNode()).isNotEmpty();
        assertThat(overview.getNode().getPoolMax()).isPositive();
    }

    /// Rows that are copies of a real one, so far in the past that they change no other list; removed at the end.
    @Test
    void aQuestionWithoutAnIndexStopsAndSaysSoAndOldTransactionsArePurged() {
        copies(2_500);
        try {
            ListTransactionsResponse page = list("duration>1d created<2025-06-01", "");
            assertThat(page.getTransactionsList()).isEmpty();
            assertThat(page.getScan().getStopped()).isTrue();
            assertThat(page.getScan().getRows()).isEqualTo(1_000);
            assertThat(page.getScan().getNote()).contains("stopped after 1000 rows");
            int pages = 1;
            while (!page.getNextPageToken().isEmpty()) {
                page = list("duration>1d created<2025-06-01", page.getNextPageToken());
                pages++;
            }
            assertThat(pages).isEqualTo(3);
            assertThat(count("created<2025-06-01").getTotal().getAtLeast()).isTrue();

            purgeAll();
        } finally {
            database.update("DELETE FROM saga WHERE gid LIKE 'copy-%'");
        }
    }

    private void purgeAll() {
        Purge purge = coordinator.service().bean(Purge.class);
        assertThat(purge.round()).isZero();
        Retention changed = retention()
                .updateRetention(UpdateRetentionRequest.newBuilder()
                        .setPolicy(RetentionPolicy.newBuilder()
                                .setStatus(TransactionStatus.Value.SUCCEEDED)
                                .setKeep(Duration.newBuilder().setSeconds(3600)))
                        .build());
        assertThat(changed.getPoliciesList())
                .filteredOn(RetentionPolicy::hasKeep)
                .singleElement()
                .satisfies(policy -> assertThat(policy.hasUpdateTime()).isTrue());
        database.update("UPDATE duty SET owner = 'somebody', until = until + INTERVAL 1 HOUR");
        assertThat(purge.round()).isZero();
        database.update("UPDATE duty SET until = '2020-01-01'");

        assertThat(purge.round()).isEqualTo(2_500);

        assertThat(gids("status=succeeded")).containsExactly("bought/1");
        assertThat(database.rows("SELECT COUNT(*) FROM saga_label WHERE value = 'copied'"))
                .containsExactly("0");
        Retention after = retention().getRetention(GetRetentionRequest.getDefaultInstance());
        assertThat(after.getPoliciesList())
                .anySatisfy(policy -> assertThat(policy.getPurged()).isEqualTo(2_500));
        assertThat(after.hasLastRoundTime()).isTrue();
        retention()
                .updateRetention(UpdateRetentionRequest.newBuilder()
                        .setPolicy(RetentionPolicy.newBuilder().setStatus(TransactionStatus.Value.SUCCEEDED))
                        .build());
        assertThat(refusal(() -> retention()
                                .updateRetention(UpdateRetentionRequest.newBuilder()
                                        .setPolicy(RetentionPolicy.newBuilder()
                                                .setStatus(TransactionStatus.Value.SUBMITTED))
                                        .build()))
                        .getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    private void copies(int number) {
        database.update(
                """
                INSERT INTO saga (id, gid, mode, form, definition, digest, status, progress, attempts, retries, errors,
                                  epoch, created, updated, finished)
                SELECT n.n, CONCAT('copy-', n.n), s.mode, s.form, s.definition, s.digest, s.status, s.progress, 0, 0, 0, 1,
                       '2025-01-01', '2025-01-01', '2025-01-01'
                FROM saga s
                JOIN (SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 1 AS n
                      FROM (%1$s) a, (%1$s) b, (%1$s) c, (%1$s) d) n
                WHERE s.gid = 'bought/1'
                  AND n.n <= ?
                """.formatted("SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5"
                        + " UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9"),
                number);
        database.update("INSERT INTO saga_label (saga_id, name, value) SELECT id, '', 'copied' FROM saga"
                + " WHERE gid LIKE 'copy-%'");
    }

    @Test
    void tablesAreShownWithTheirSizes() {
        assertThat(retention().getTables(GetTablesRequest.getDefaultInstance()).getTablesList())
                .extracting(io.ordersaga.saga.v1.Table::getName)
                .contains("saga", "saga_attempt", "saga_trouble", "retention");
    }

    @Test
    void topicsAreThoseOfDtmsClients() {
        TopicServiceGrpc.TopicServiceBlockingStub topics =
                TopicServiceGrpc.newBlockingStub(coordinator.service().channel());
        SubscribeRequest subscription = SubscribeRequest.newBuilder()
                .setName("orders")
                .setUrl(shop.url(action(1)))
                .setRemark("first")
                .build();

        assertThat(topics.subscribe(subscription).getSubscribersCount()).isEqualTo(1);
        assertThat(refusal(() -> topics.subscribe(subscription)).getDescription())
                .contains("this url exists");
        assertThat(topics.listTopics(ListTopicsRequest.getDefaultInstance())
                        .getTopics(0)
                        .getName())
                .isEqualTo("orders");
        assertThat(coordinator.get("/api/dtmsvr/queryKV?cat=topics&key=orders").body())
                .contains("first");
        assertThat(topics.listKeyValues(ListKeyValuesRequest.getDefaultInstance())
                        .getEntries(0)
                        .getKey())
                .isEqualTo("orders");
        assertThat(topics.unsubscribe(UnsubscribeRequest.newBuilder()
                                .setName("orders")
                                .setUrl(shop.url(action(1)))
                                .build())
                        .getSubscribersCount())
                .isZero();
        assertThat(refusal(() -> topics.getTopic(
                                GetTopicRequest.newBuilder().setName("none").build()))
                        .getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void labelsThatCannotBeKeptAreRefused() {
        DtmRequest tooLong =
                labelled(saga("long", shop, 1), "x".repeat(129), Map.of()).build();

        assertThat(refusal(() -> coordinator.dtm().submit(tooLong)).getDescription())
                .contains("saga-business-key");
    }

    private void submit(DtmRequest.Builder request) {
        var _ = coordinator.dtm().submit(request.build());
    }

    private static DtmRequest.Builder labelled(DtmRequest.Builder request, String key, Map<String, String> tags) {
        DtmTransOptions.Builder options =
                request.getTransOptions().toBuilder().putBranchHeaders("saga-business-key", key);
        tags.forEach((name, value) -> options.putBranchHeaders("saga-tag-" + name, value));
        return request.setTransOptions(options);
    }

    private TransactionServiceGrpc.TransactionServiceBlockingStub transactions() {
        return TransactionServiceGrpc.newBlockingStub(coordinator.service().channel());
    }

    private RetentionServiceGrpc.RetentionServiceBlockingStub retention() {
        return RetentionServiceGrpc.newBlockingStub(coordinator.service().channel());
    }

    private ListTransactionsResponse list(String filter, String token) {
        return transactions()
                .listTransactions(ListTransactionsRequest.newBuilder()
                        .setFilter(filter)
                        .setPageToken(token)
                        .build());
    }

    private List<String> gids(String filter) {
        return list(filter, "").getTransactionsList().stream()
                .map(TransactionSummary::getGid)
                .toList();
    }

    private TransactionSummary one(String filter) {
        ListTransactionsResponse page = list(filter, "");
        assertThat(page.getTransactionsList()).hasSize(1);
        return page.getTransactions(0);
    }

    private CountTransactionsResponse count(String filter) {
        return transactions()
                .countTransactions(
                        CountTransactionsRequest.newBuilder().setFilter(filter).build());
    }

    private static Map<String, Long> facets(List<Facet> facets) {
        Map<String, Long> counts = new HashMap<>();
        facets.forEach(facet -> counts.put(facet.getValue(), facet.getCount().getValue()));
        return counts;
    }

    private Transaction get(String gid) {
        return transactions()
                .getTransaction(GetTransactionRequest.newBuilder().setGid(gid).build());
    }

    private static Status refusal(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
    }
}
