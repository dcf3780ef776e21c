package io.ordersaga.saga.client;

import static io.ordersaga.saga.client.MsgOutcome.DUPLICATE;
import static io.ordersaga.saga.client.MsgOutcome.LEFT_TO_COORDINATOR;
import static io.ordersaga.saga.client.MsgOutcome.SUBMITTED;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A message and its local transaction, with a coordinator that answers by script. What the real one
/// makes of it is tested in saga-test.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoAndSubmitTest {
    private static final String PREPARE = "dtmgimp.Dtm/Prepare";
    private static final String SUBMIT = "dtmgimp.Dtm/Submit";
    private static final String ABORT = "dtmgimp.Dtm/Abort";

    private final Shelf shelf;
    private final DataSource pool;
    private final Barrier barrier;
    private final ScriptedParticipant dtm = ScriptedParticipant.start();
    private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", dtm.port())
            .usePlaintext()
            .build();
    private final DtmClient client = new DtmClient(channel, Duration.ofSeconds(10));
    private Msg msg;
    private long product;
    private int callsBefore;

    DoAndSubmitTest(TestDatabase database) {
        this.shelf = new Shelf(database);
        this.pool = database.dataSource();
        this.barrier = new Barrier(pool);
    }

    @BeforeEach
    void newMessage() {
        msg = Msg.of("msg-" + UUID.randomUUID())
                .deliver("points:1/shop.Points/Add", Payload.EMPTY)
                .queryPrepared("pay:1/shop.Pay/Query");
        product = shelf.newProduct();
        callsBefore = dtm.calls().size();
    }

    @AfterAll
    void stop() {
        channel.shutdownNow();
        dtm.close();
    }

    @Test
    void commitsAndSubmits() throws SQLException {
        assertThat(client.doAndSubmit(msg, barrier, Shelf.reserve(product))).isEqualTo(SUBMITTED);

        assertCalls(PREPARE, SUBMIT);
        assertThat(shelf.reserved(product)).isOne();
        assertThat(shelf.barrierRows(msg.localTransaction())).containsExactly("00 01 msg msg");
        barrier.of(msg.localTransaction()).requireCommitted();
    }

    @Test
    void refusalRollsBackAndAborts() {
        BranchRefusedException refusal = new BranchRefusedException("pay", "NO", "no", Map.of());

        assertThatThrownBy(() -> client.doAndSubmit(msg, barrier, connection -> {
                    Shelf.move(connection, product, 1);
                    throw refusal;
                }))
                .isSameAs(refusal);

        assertCalls(PREPARE, ABORT);
        assertThat(shelf.reserved(product)).isZero();
        assertNotCommitted();
    }

    @Test
    void failureRollsBackAndAborts() {
        assertThatThrownBy(() -> client.doAndSubmit(msg, barrier, connection -> {
                    Shelf.move(connection, product, 1);
                    Shelf.execute(connection, "no SQL");
                }))
                .isInstanceOf(SQLException.class);

        assertCalls(PREPARE, ABORT);
        assertThat(shelf.reserved(product)).isZero();
        assertThat(shelf.barrierRows(msg.localTransaction())).containsExactly("00 01 msg rollback");
    }

    @Test
    void notPreparedIsNotDone() {
        dtm.next(PREPARE, Status.UNAVAILABLE);

        assertThatThrownBy(() -> client.doAndSubmit(msg, barrier, Shelf.reserve(product)))
                .isInstanceOf(StatusRuntimeException.class);

        assertCalls(PREPARE);
        assertThat(shelf.reserved(product)).isZero();
    }

    @Test
    void lostSubmitIsLeftToTheCoordinator() throws SQLException {
        dtm.next(SUBMIT, Status.UNAVAILABLE);

        assertThat(client.doAndSubmit(msg, barrier, Shelf.reserve(product))).isEqualTo(LEFT_TO_COORDINATOR);

        assertCalls(PREPARE, SUBMIT);
        assertThat(shelf.reserved(product)).isOne();
    }

    @Test
    void repeatedCallDoesNothingTwice() throws SQLException {
        client.doAndSubmit(msg, barrier, Shelf.reserve(product));
        assertThat(client.doAndSubmit(msg, barrier, Shelf.reserve(product))).isEqualTo(DUPLICATE);
        assertCalls(PREPARE, SUBMIT, PREPARE, SUBMIT);

        dtm.next(PREPARE, Status.ABORTED.withDescription("current status 'succeed', cannot prepare. FAILURE"));
        assertThat(client.doAndSubmit(msg, barrier, Shelf.reserve(product))).isEqualTo(DUPLICATE);
        dtm.next(SUBMIT, Status.ABORTED.withDescription("current status 'succeed', cannot sumbmit. FAILURE"));
        assertThat(client.doAndSubmit(msg, barrier, Shelf.reserve(product))).isEqualTo(DUPLICATE);

        assertThat(shelf.reserved(product)).isOne();
    }

    @Test
    void refusedMessageIsNotDone() {
        dtm.next(PREPARE, Status.ABORTED.withDescription("this gid belongs to a saga with other content. FAILURE"));

        assertThatThrownBy(() -> client.doAndSubmit(msg, barrier, Shelf.reserve(product)))
                .isInstanceOf(SagaRefusedException.class);
        assertThat(shelf.reserved(product)).isZero();
        // The gid may be another's, whose local transaction must not be kept from committing.
        assertThat(shelf.barrierRows(msg.localTransaction())).isEmpty();
    }

    @Test
    void lateLocalTransactionIsKeptOut() {
        assertNotCommitted();

        assertThatThrownBy(() -> client.doAndSubmit(msg, barrier, Shelf.reserve(product)))
                .isInstanceOf(MsgAbortedException.class);

        assertCalls(PREPARE, ABORT);
        assertThat(shelf.reserved(product)).isZero();
    }

    /// The commit went through and its acknowledgement was lost.
    @Test
    void commitWithoutAcknowledgementIsFound() throws SQLException {
        try (Connection real = pool.getConnection()) {
            Barrier unlucky = new Barrier(LosesFirstCommit.source(real));

            assertThat(client.doAndSubmit(msg, unlucky, Shelf.reserve(product))).isEqualTo(SUBMITTED);
        }
        assertCalls(PREPARE, SUBMIT);
        assertThat(shelf.reserved(product)).isOne();
    }

    @Test
    void questionWaitsForTheOpenTransaction() throws Exception {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        barrier.of(msg.localTransaction()).call(connection -> {
            Shelf.move(connection, product, 1);
            Thread.ofVirtual().start(() -> {
                try {
                    barrier.of(msg.localTransaction()).requireCommitted();
                    answer.complete(null);
                } catch (Exception e) {
                    answer.completeExceptionally(e);
                }
            });
            shelf.awaitLockWait();
            assertThat(answer).isNotDone();
        });
        answer.get(30, SECONDS);
    }

    @Test
    void onlyMessagesAreAskedAbout() {
        assertThatThrownBy(() -> barrier.of(Shelf.action()).requireCommitted())
                .isInstanceOfSatisfying(
                        InvalidBranchException.class, e -> assertThat(e.field()).isEqualTo("op"));
        assertThatThrownBy(() -> client.doAndSubmit(
                        Msg.of("a").deliver("a:1/b.C/D", Payload.EMPTY), barrier, Shelf.reserve(product)))
                .hasMessageContaining("where to ask");
    }

    private void assertNotCommitted() {
        assertThatThrownBy(() -> barrier.of(msg.localTransaction()).requireCommitted())
                .isInstanceOfSatisfying(
                        BranchRefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo("NOT_COMMITTED"));
    }

    private void assertCalls(String... methods) {
        assertThat(dtm.methods().stream().skip(callsBefore)).containsExactly(methods);
    }
}
