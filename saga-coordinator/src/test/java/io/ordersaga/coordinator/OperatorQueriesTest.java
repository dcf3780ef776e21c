package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.action;
import static io.ordersaga.coordinator.OperatorStage.facets;
import static io.ordersaga.coordinator.OperatorStage.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.coordinator.admin.query.TransactionQueries;
import io.ordersaga.saga.v1.Attempt;
import io.ordersaga.saga.v1.AttentionGroup;
import io.ordersaga.saga.v1.AttentionGroup.Kind;
import io.ordersaga.saga.v1.Branch;
import io.ordersaga.saga.v1.CountTransactionsResponse;
import io.ordersaga.saga.v1.CountTransactionsResponse.Facet;
import io.ordersaga.saga.v1.GetOverviewRequest;
import io.ordersaga.saga.v1.ListAttemptsRequest;
import io.ordersaga.saga.v1.ListAttemptsResponse;
import io.ordersaga.saga.v1.ListAttentionGroupsRequest;
import io.ordersaga.saga.v1.ListTransactionsRequest;
import io.ordersaga.saga.v1.ListTransactionsResponse;
import io.ordersaga.saga.v1.Overview;
import io.ordersaga.saga.v1.Payload;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.TransactionStatus;
import io.ordersaga.saga.v1.TransactionSummary;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
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

    private final TestDatabase database;
    private final OperatorStage stage;

    OperatorQueriesTest(TestDatabase database) {
        this.database = database;
        this.stage = new OperatorStage(database);
    }

    @BeforeAll
    void transactionsStandWhereTheyCan() {
        stage.setUp();
    }

    @AfterAll
    void stop() {
        stage.close();
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
                "created<2100-01-01 status=submitted|broken-2,broken-1,stuck",
                "updated<9998-12-31 created>-36500d status=failed|bought-no",
                "updated>2020-01-01 status=failed|bought-no",
                "due>2020-01-01|stuck",
                "owner=nobody|",
                "note~ticket|"
            })
    void filtersSelectWhatTheySay(String filter, String expected) {
        List<String> wanted = expected == null ? List.of() : List.of(expected.split(","));

        assertThat(stage.gids(filter == null ? "" : filter)).isEqualTo(wanted);
        CountTransactionsResponse count = stage.count(filter == null ? "" : filter);
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
                ListTransactionsResponse page = stage.transactions().listTransactions(request.build());
                page.getTransactionsList().forEach(each -> seen.add(each.getGid()));
                request.setPageToken(page.getNextPageToken());
            } while (!request.getPageToken().isEmpty());
            List<String> newest = List.of("broken-2", "broken-1", "stuck", "bought-no", "bought/1");
            assertThat(seen)
                    .isEqualTo(order == ListTransactionsRequest.Order.NEWEST_FIRST ? newest : newest.reversed());
        }
        String token = stage.transactions()
                .listTransactions(
                        ListTransactionsRequest.newBuilder().setPageSize(1).build())
                .getNextPageToken();
        assertThat(refusal(() -> stage.list("status=failed", token)).getDescription())
                .contains("page_token");
        assertThat(refusal(() -> stage.list("", "nonsense")).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void whatIsNotUnderstoodIsRefusedWithItsPlace() {
        StatusRuntimeException refusal =
                catchThrowableOfType(StatusRuntimeException.class, () -> stage.list("status=submitted,dreaming", ""));

        RawCalls.Answer answer = RawCalls.Answer.of(refusal);
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.errorInfo().getReason()).isEqualTo(BAD_FILTER);
        assertThat(answer.errorInfo().getMetadataOrThrow("position")).isEqualTo("8");
        assertThat(refusal(() -> stage.transactions()
                                .listTransactions(ListTransactionsRequest.newBuilder()
                                        .setPageSize(201)
                                        .build()))
                        .getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal(() -> stage.get("no such")).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void aListShowsWhereTransactionsStand() {
        TransactionSummary bought = stage.one("gid=bought/1");
        assertThat(bought.getStatus()).isEqualTo(TransactionStatus.Value.SUCCEEDED);
        assertThat(bought.getBusinessKey()).isEqualTo("order:1");
        assertThat(bought.getTagsMap())
                .containsEntry("user", "7")
                .containsEntry("saga", "buy")
                .hasSize(2);
        assertThat(bought.getStepsDone() + "/" + bought.getStepsTotal()).isEqualTo("2/2");
        assertThat(bought.hasFinishTime()).isTrue();
        assertThat(bought.getTrouble().getError()).contains("restarting");

        TransactionSummary failed = stage.one("gid=bought-no");
        assertThat(failed.getStepsDone() + "/" + failed.getStepsTotal()).isEqualTo("2/2");
        assertThat(failed.getTrouble().getOutcome()).isEqualTo("refused");

        TransactionSummary parked = stage.one("gid=broken-1");
        assertThat(parked.getParked()).isTrue();
        assertThat(parked.getParkedReason()).isNotEmpty();
        assertThat(parked.hasNextDueTime()).isFalse();
        assertThat(parked.getTrouble().getFingerprint())
                .isEqualTo(stage.one("gid=broken-2").getTrouble().getFingerprint())
                .matches("[0-9a-f]{16}");
    }

    @Test
    void countsAreTakenApartByWhatTransactionsHaveInCommon() {
        CountTransactionsResponse all = stage.count("");

        assertThat(facets(all.getStatusesList()))
                .containsEntry("submitted", 3L)
                .containsEntry("succeeded", 1L)
                .containsEntry("failed", 1L)
                .containsEntry("prepared", 0L);
        assertThat(facets(all.getModesList())).containsOnly(Map.entry("saga", 5L));
        assertThat(facets(all.getParkedList())).containsEntry("true", 2L).containsEntry("false", 3L);
        Facet target = all.getTargetsList().stream()
                .filter(facet -> facet.getValue().equals(stage.broken().url(action(1))))
                .findFirst()
                .orElseThrow();
        assertThat(target.getCount().getValue()).isEqualTo(2);
        assertThat(stage.gids(target.getFilter())).containsExactly("broken-2", "broken-1");
        assertThat(all.getScan().getStopped()).isFalse();

        assertThat(facets(stage.count("parked=true").getStatusesList())).containsEntry("submitted", 2L);
        // What is chosen is taken back by choosing it once more.
        CountTransactionsResponse chosen = stage.count("parked=true status=submitted");
        assertThat(chosen.getStatusesList())
                .filteredOn(Facet::getSelected)
                .singleElement()
                .satisfies(status -> {
                    assertThat(status.getValue()).isEqualTo("submitted");
                    assertThat(status.getFilter()).isEqualTo("parked=true");
                });
        assertThat(chosen.getModesList()).noneMatch(Facet::getSelected);
        assertThat(stage.coordinator()
                        .get("/transactions?filter=parked%3Dtrue+status%3Dsubmitted&order=oldest&part=live")
                        .body())
                .containsPattern("href=\"/transactions\\?filter=parked%3Dtrue&amp;order=oldest\"[^>]*aria-current");
    }

    @Test
    void countsOfSeveralStatusesTogetherLookAtNoRowTwice() {
        CountTransactionsResponse over = stage.count("status=submitted,failed");

        assertThat(over.getTotal().getValue()).isEqualTo(4);
        assertThat(facets(over.getStatusesList()))
                .containsEntry("submitted", 3L)
                .containsEntry("failed", 1L)
                .containsEntry("succeeded", 0L);
        assertThat(over.getScan().getRows()).isEqualTo(4);
        assertThat(facets(over.getTargetsList()))
                .containsEntry(stage.broken().url(action(1)), 2L)
                .hasSize(3);
        assertThat(facets(stage.count("parked=true target~do1").getTargetsList()))
                .containsOnly(Map.entry(stage.broken().url(action(1)), 2L));
    }

    @Test
    void listsAreSentAsFiles() {
        CoordinatorFixture.HttpAnswer csv = stage.coordinator().get("/transactions/export?as=csv&order=oldest");
        assertThat(csv.response().headers().firstValue("Content-Type")).contains("text/csv;charset=utf-8");
        assertThat(csv.response().headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"transactions.csv\"");
        assertThat(csv.body().lines()).hasSize(6).first().asString().startsWith("gid,mode,status");
        assertThat(csv.body().lines().skip(1)).first().asString().startsWith("\"bought/1\",\"saga\",\"SUCCEEDED\"");

        CoordinatorFixture.HttpAnswer json =
                stage.coordinator().get("/transactions/export?as=json&filter=parked%3Dtrue");
        assertThat(json.json()).extracting(one -> one.path("gid").asString()).containsExactly("broken-2", "broken-1");
        assertThat(stage.coordinator()
                        .get("/transactions/export?as=json&filter=mode%3Dtcc")
                        .json())
                .isEmpty();
        // What is not understood is refused before anything is sent.
        assertThat(stage.coordinator()
                        .get("/transactions/export?filter=nonsense")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void oneTransactionIsShownWithEverything() {
        Transaction bought = stage.get("bought/1");

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

        Transaction failed = stage.get("bought-no");
        assertThat(failed.getRejection().getReason()).contains("out of stock");
        assertThat(failed.getRejection().getCode()).isEqualTo("ABORTED");
        assertThat(failed.getExplanation().getId()).isEqualTo("rolled_back+because");
        assertThat(failed.getBranches(1).getAction().getState()).isEqualTo(Branch.State.REFUSED);
        assertThat(failed.getBranches(0).getCompensation().getState()).isEqualTo(Branch.State.SUCCEEDED);

        assertThat(stage.get("broken-1").getExplanation().getText())
                .startsWith("It was set aside")
                .contains("Step 1, /" + action(1), "4711");
        // It may be called, wait, or be left alone at this moment.
        assertThat(stage.get("stuck").getExplanation().getText()).isNotEmpty();
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
            ListAttemptsResponse page = stage.transactions().listAttempts(request.build());
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
        List<AttentionGroup> groups = stage.transactions()
                .listAttentionGroups(ListAttentionGroupsRequest.getDefaultInstance())
                .getGroupsList();

        assertThat(groups).hasSize(1);
        AttentionGroup group = groups.getFirst();
        assertThat(group.getKind()).isEqualTo(Kind.PARKED);
        assertThat(group.getCount().getValue()).isEqualTo(2);
        assertThat(group.getError()).isEqualTo("INTERNAL: row # of # is broken");
        assertThat(group.getSampleGidsList()).containsExactly("broken-1", "broken-2");
        assertThat(stage.gids(group.getFilter())).containsExactly("broken-2", "broken-1");

        database.update("UPDATE saga SET created = created - INTERVAL 1 HOUR WHERE gid = 'stuck'");
        List<AttentionGroup> more = stage.transactions()
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
        stage.coordinator().service().bean(TransactionQueries.class).minutes().record();

        Overview overview = stage.transactions().getOverview(GetOverviewRequest.getDefaultInstance());

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
        assertThat(overview.getFailingBranches(0).getTarget())
                .isEqualTo(stage.broken().url(action(1)));
        assertThat(stage.gids(overview.getFailingBranches(0).getFilter())).containsExactly("broken-2", "broken-1");
        assertThat(overview.getNode().getNode()).isNotEmpty();
        assertThat(overview.getNode().getPoolMax()).isPositive();
    }
}
