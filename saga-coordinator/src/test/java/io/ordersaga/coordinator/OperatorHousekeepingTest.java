package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.action;
import static io.ordersaga.coordinator.CoordinatorFixture.saga;
import static io.ordersaga.coordinator.OperatorStage.labelled;
import static io.ordersaga.coordinator.OperatorStage.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.grpc.Status;
import io.ordersaga.coordinator.admin.retention.Purge;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.v1.GetRetentionRequest;
import io.ordersaga.saga.v1.GetTablesRequest;
import io.ordersaga.saga.v1.GetTopicRequest;
import io.ordersaga.saga.v1.ListKeyValuesRequest;
import io.ordersaga.saga.v1.ListTopicsRequest;
import io.ordersaga.saga.v1.ListTransactionsResponse;
import io.ordersaga.saga.v1.Retention;
import io.ordersaga.saga.v1.RetentionPolicy;
import io.ordersaga.saga.v1.SubscribeRequest;
import io.ordersaga.saga.v1.Topic;
import io.ordersaga.saga.v1.TopicServiceGrpc;
import io.ordersaga.saga.v1.TransactionStatus;
import io.ordersaga.saga.v1.UnsubscribeRequest;
import io.ordersaga.saga.v1.UpdateRetentionRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Topics, tables and old transactions, as operators look after them.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorHousekeepingTest {

    private final TestDatabase database;
    private final OperatorStage stage;

    OperatorHousekeepingTest(TestDatabase database) {
        this.database = database;
        this.stage = new OperatorStage(database);
    }

    @BeforeAll
    void oneTransactionEnded() {
        stage.submit(saga("bought/1", stage.shop(), 1));
        stage.coordinator().awaitStatus("bought/1", "succeed");
    }

    @AfterAll
    void stop() {
        stage.close();
    }

    /// Rows that are copies of a real one, so far in the past that they change no other list; removed at the end.
    @Test
    void aQuestionWithoutAnIndexStopsAndSaysSoAndOldTransactionsArePurged() {
        copies(2_500);
        try {
            ListTransactionsResponse page = stage.list("duration>1d created<2025-06-01", "");
            assertThat(page.getTransactionsList()).isEmpty();
            assertThat(page.getScan().getStopped()).isTrue();
            assertThat(page.getScan().getRows()).isEqualTo(1_000);
            assertThat(page.getScan().getNote()).contains("stopped after 1000 rows");
            int pages = 1;
            while (!page.getNextPageToken().isEmpty()) {
                page = stage.list("duration>1d created<2025-06-01", page.getNextPageToken());
                pages++;
            }
            assertThat(pages).isEqualTo(3);
            assertThat(stage.count("created<2025-06-01").getTotal().getAtLeast())
                    .isTrue();

            purgeAll();
        } finally {
            database.update("DELETE FROM saga WHERE gid LIKE 'copy-%'");
        }
    }

    private void purgeAll() {
        Purge purge = stage.coordinator().service().bean(Purge.class);
        assertThat(purge.round()).isZero();
        Retention changed = stage.retention()
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

        assertThat(stage.gids("status=succeeded")).containsExactly("bought/1");
        assertThat(database.rows("SELECT COUNT(*) FROM saga_label WHERE value = 'copied'"))
                .containsExactly("0");
        Retention after = stage.retention().getRetention(GetRetentionRequest.getDefaultInstance());
        assertThat(after.getPoliciesList())
                .anySatisfy(policy -> assertThat(policy.getPurged()).isEqualTo(2_500));
        assertThat(after.hasLastRoundTime()).isTrue();
        stage.retention()
                .updateRetention(UpdateRetentionRequest.newBuilder()
                        .setPolicy(RetentionPolicy.newBuilder().setStatus(TransactionStatus.Value.SUCCEEDED))
                        .build());
        assertThat(refusal(() -> stage.retention()
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
    void oldBatchesArePurgedWithTheirItems() {
        String columns =
                "INSERT INTO batch (id, operation, filter, reason, rate, state, author, created, finished, total,"
                        + " succeeded, denied, failed) VALUES (?, 'RETRY', '', '', 1, ?, 'x', UTC_TIMESTAMP(6), ";
        database.update(columns + "UTC_TIMESTAMP(6) - INTERVAL 91 DAY, 1, 1, 0, 0)", 901, "DONE");
        database.update(columns + "UTC_TIMESTAMP(6) - INTERVAL 89 DAY, 1, 1, 0, 0)", 902, "DONE");
        database.update(columns + "NULL, 1, 0, 0, 0)", 903, "PAUSED");
        for (int batch = 901; batch <= 903; batch++) {
            database.update(
                    "INSERT INTO batch_item (batch_id, place, gid, outcome, detail) VALUES (?, 1, 'x', 'SUCCEEDED', '')",
                    batch);
        }
        database.update("UPDATE duty SET until = '2020-01-01'");

        int _ = stage.coordinator().service().bean(Purge.class).round();

        assertThat(database.rows("SELECT id FROM batch WHERE id > 900 ORDER BY id"))
                .containsExactly("902", "903");
        assertThat(database.rows("SELECT batch_id FROM batch_item WHERE batch_id > 900 ORDER BY batch_id"))
                .containsExactly("902", "903");
        database.update("DELETE FROM batch WHERE id > 900");
    }

    @Test
    void tablesAreShownWithTheirSizes() {
        assertThat(stage.retention()
                        .getTables(GetTablesRequest.getDefaultInstance())
                        .getTablesList())
                .extracting(io.ordersaga.saga.v1.Table::getName)
                .contains("saga", "saga_attempt", "saga_trouble", "retention");
    }

    @Test
    void topicsAreThoseOfDtmsClients() {
        TopicServiceGrpc.TopicServiceBlockingStub topics =
                TopicServiceGrpc.newBlockingStub(stage.coordinator().service().channel());
        SubscribeRequest subscription = SubscribeRequest.newBuilder()
                .setName("orders")
                .setUrl(stage.shop().url(action(1)))
                .setRemark("first")
                .build();

        assertThat(topics.subscribe(subscription).getSubscribersCount()).isEqualTo(1);
        assertThat(refusal(() -> topics.subscribe(subscription)).getDescription())
                .contains("this url exists");
        assertThat(topics.listTopics(ListTopicsRequest.getDefaultInstance())
                        .getTopics(0)
                        .getName())
                .isEqualTo("orders");
        assertThat(stage.coordinator()
                        .get("/api/dtmsvr/queryKV?cat=topics&key=orders")
                        .body())
                .contains("first");
        assertThat(topics.listKeyValues(ListKeyValuesRequest.getDefaultInstance())
                        .getEntries(0)
                        .getKey())
                .isEqualTo("orders");
        String secret = "http://127.0.0.1:1/orders?token=k-1";
        assertThat(topics.subscribe(subscription.toBuilder().setUrl(secret).build())
                        .getSubscribersList())
                .extracting(Topic.Subscriber::getUrl)
                .contains("http://127.0.0.1:1/orders?token=***")
                .doesNotContain(secret);
        assertThat(topics.unsubscribe(UnsubscribeRequest.newBuilder()
                                .setName("orders")
                                .setUrl("http://127.0.0.1:1/orders?token=***")
                                .build())
                        .getSubscribersCount())
                .isEqualTo(1);
        assertThat(topics.unsubscribe(UnsubscribeRequest.newBuilder()
                                .setName("orders")
                                .setUrl(stage.shop().url(action(1)))
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
        DtmRequest tooLong = labelled(saga("long", stage.shop(), 1), "x".repeat(129), Map.of())
                .build();

        assertThat(refusal(() -> stage.coordinator().dtm().submit(tooLong)).getDescription())
                .contains("saga-business-key");
    }
}
