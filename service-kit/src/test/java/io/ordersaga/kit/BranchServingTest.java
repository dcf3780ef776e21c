package io.ordersaga.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.stock.v1.ReservationLine;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TcpProxy;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// What the coordinator sees of a program whose work, or whose database, fails. The program has two connections and
/// reaches its database through a proxy.
@DatabaseTest
@ExtendWith(OutputCaptureExtension.class)
class BranchServingTest {
    private static final String RESERVE = "ordersaga.stock.v1.StockBranches/Reserve";

    private static TestDatabase database;
    private static TcpProxy proxy;
    private static RunningService program;

    @BeforeAll
    static void start(TestDatabase injected) {
        database = injected;
        database.update("CREATE TABLE effect (order_id VARCHAR(64) PRIMARY KEY, gid VARCHAR(64))");
        proxy = TcpProxy.to(server().getHost(), server().getPort());
        program = RunningService.start(BranchProgram.class, settings(proxy));
    }

    @AfterAll
    static void stop() {
        program.close();
        proxy.close();
    }

    @BeforeEach
    void healthyAndIdle() {
        proxy.heal();
        BranchProgram.work = (table, branch) -> {};
        await().until(() -> reserve(gid()).status().isOk());
    }

    @Test
    void workAndBarrierAreOneTransaction() {
        String gid = gid();
        BranchProgram.work = (table, branch) -> table.insert(branch.gid(), table.isolation());

        Answer first = reserve(gid);
        Answer repeated = reserve(gid);

        assertThat(first.status().isOk()).isTrue();
        assertThat(repeated.status().isOk()).isTrue();
        assertThat(database.rows("SELECT gid FROM effect WHERE order_id = ?", gid))
                .containsExactly("READ-COMMITTED");
        assertThat(barrierRows(gid)).isEqualTo(1);
    }

    @Test
    void aRefusalIsAbortedWithItsReasonAndLeavesNothing() {
        String gid = gid();
        BranchProgram.work = (table, branch) -> {
            table.insert(branch.gid(), "refused");
            throw new BranchRefusedException(
                    "test.ordersaga", "OUT_OF_STOCK", "nothing left", Map.of("product_id", "1"));
        };

        Answer answer = reserve(gid);

        assertThat(answer.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(answer.errorInfo().getReason()).isEqualTo("OUT_OF_STOCK");
        assertThat(answer.errorInfo().getMetadataMap()).containsEntry("product_id", "1");
        assertThat(database.rows("SELECT gid FROM effect WHERE order_id = ?", gid))
                .isEmpty();
        assertThat(barrierRows(gid)).isZero();
    }

    @Test
    void anUnexpectedExceptionLeavesNothingAndIsNoRefusal() {
        String gid = gid();
        BranchProgram.work = (table, branch) -> {
            table.insert(branch.gid(), "failed");
            throw new IllegalStateException("INSERT INTO effect");
        };

        Answer answer = reserve(gid);

        assertThat(answer.code()).isEqualTo(Status.Code.INTERNAL);
        assertThat(answer.rpcStatus().toString()).doesNotContain("INSERT");
        assertThat(barrierRows(gid)).isZero();
    }

    @Test
    void aCallThatDoesNotComeFromACoordinatorIsRefused() {
        Answer answer = RawCalls.call(program.channel(), RESERVE, request("o1"));

        assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.violatedFields()).containsExactly("dtm-gid");
    }

    @Test
    void aLockThatIsNotFreeIsAskedForAgain() throws SQLException {
        String gid = gid();
        BranchProgram.work = (table, branch) -> table.update("locked", branch.gid());
        try (Connection other = database.openConnection();
                Statement statement = other.createStatement()) {
            statement.execute("INSERT INTO effect (order_id, gid) VALUES ('locked', '')");
            other.setAutoCommit(false);
            statement.execute("SELECT gid FROM effect WHERE order_id = 'locked' FOR UPDATE");

            Answer answer = reserve(gid);
            other.rollback();

            assertThat(answer.code()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(answer.errorInfo().getReason()).isEqualTo("DATABASE_UNAVAILABLE");
            assertThat(answer.retryInfo().getRetryDelay().getSeconds()).isEqualTo(1);
        }
        assertThat(barrierRows(gid)).isZero();
        assertThat(reserve(gid).status().isOk()).isTrue();
        assertThat(database.rows("SELECT gid FROM effect WHERE order_id = 'locked'"))
                .containsExactly(gid);
    }

    @Test
    void withoutAFreeConnectionACallIsTurnedAway() throws Exception {
        CountDownLatch entered = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        BranchProgram.work = (table, branch) -> {
            entered.countDown();
            try {
                release.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        CompletableFuture<Answer> one = CompletableFuture.supplyAsync(() -> reserve(gid()));
        CompletableFuture<Answer> two = CompletableFuture.supplyAsync(() -> reserve(gid()));
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

        Answer third = reserve(gid());
        release.countDown();

        assertThat(third.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(third.errorInfo().getReason()).isEqualTo("DATABASE_BUSY");
        assertThat(third.retryInfo().getRetryDelay().getSeconds()).isEqualTo(1);
        assertThat(List.of(one.join().code(), two.join().code())).containsOnly(Status.Code.OK);
    }

    @Test
    void readinessFollowsTheDatabaseAndLivenessDoesNot() {
        assertThat(program.manage("/actuator/health/readiness").statusCode()).isEqualTo(200);
        await().until(() -> grpcHealth(), ServingStatus.SERVING::equals);

        proxy.cut();

        await().atMost(15, TimeUnit.SECONDS)
                .until(() -> program.manage("/actuator/health/readiness").statusCode(), status -> status == 503);
        await().atMost(15, TimeUnit.SECONDS).until(() -> grpcHealth(), ServingStatus.NOT_SERVING::equals);
        assertThat(program.manage("/actuator/health/liveness").statusCode()).isEqualTo(200);
        Answer answer = reserve(gid());
        assertThat(answer.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(answer.rpcStatus().toString()).doesNotContain("127.0.0.1", "jdbc", "Exception");

        proxy.heal();

        await().atMost(15, TimeUnit.SECONDS)
                .until(() -> program.manage("/actuator/health/readiness").statusCode(), status -> status == 200);
        await().atMost(15, TimeUnit.SECONDS).until(() -> grpcHealth(), ServingStatus.SERVING::equals);
        assertThat(reserve(gid()).status().isOk()).isTrue();
    }

    @Test
    void aBranchCallLeavesOneLineWithItsIdsAndItsTrace(CapturedOutput output) {
        String gid = gid();
        Metadata headers = branch(gid).toMetadata();
        headers.put(
                Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        RawCalls.call(
                program.channel(), RESERVE, headers, List.of(request("order-7").toByteArray()));

        List<String> lines = await().until(
                        () -> output.getOut()
                                .lines()
                                .filter(line -> line.contains(gid))
                                .toList(),
                        found -> !found.isEmpty());
        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("\"gid\":\"" + gid + "\"")
                        .contains("\"order_id\":\"order-7\"")
                        .contains("\"branch_id\":\"02\"")
                        .contains("\"op\":\"action\"")
                        .contains("\"outcome\":\"OK\"")
                        .contains("\"duration_ms\":")
                        .contains("executed")
                        .contains("0af7651916cd43dd8448eb211c80319c"));
    }

    @Test
    void onlyTheFourManagementEndpointsAnswer() {
        assertThat(program.manage("/actuator/prometheus").body()).contains("grpc_server_seconds_count", "hikaricp_");
        assertThat(program.manage("/actuator/health").statusCode()).isEqualTo(200);
        assertThat(program.manage("/actuator/info").statusCode()).isEqualTo(200);
        assertThat(program.manage("/actuator/metrics").statusCode()).isEqualTo(200);
        assertThat(List.of("env", "beans", "heapdump", "configprops", "loggers", "threaddump", "shutdown"))
                .allSatisfy(
                        name -> assertThat(program.manage("/actuator/" + name).statusCode())
                                .isEqualTo(404));
    }

    @Test
    void aProgramThatIsStartedBeforeItsDatabaseWaitsForIt() {
        try (TcpProxy later = TcpProxy.to(server().getHost(), server().getPort())) {
            later.cut();
            CompletableFuture<RunningService> starting =
                    CompletableFuture.supplyAsync(() -> RunningService.start(BranchProgram.class, settings(later)));
            await().atMost(30, TimeUnit.SECONDS).until(() -> later.refusals() > 0);

            later.heal();

            try (RunningService program = starting.join()) {
                assertThat(program.manage("/actuator/health/readiness").statusCode())
                        .isEqualTo(200);
            }
        }
    }

    private static URI server() {
        return URI.create(database.jdbcUrl().substring("jdbc:".length()));
    }

    private static Map<String, String> settings(TcpProxy proxy) {
        Map<String, String> settings = new HashMap<>(RunningService.settings(database));
        settings.put(
                "spring.datasource.url",
                database.jdbcUrl().replace(server().getAuthority(), "127.0.0.1:" + proxy.port()));
        settings.put("spring.config.import", "classpath:kit.yaml,classpath:kit-database.yaml");
        settings.put("spring.flyway.locations", "classpath:db/barrier");
        settings.put("spring.flyway.baseline-on-migrate", "true");
        settings.put("spring.flyway.baseline-version", "0");
        settings.put("spring.datasource.hikari.maximum-pool-size", "2");
        return settings;
    }

    private static ServingStatus grpcHealth() {
        return HealthGrpc.newBlockingStub(program.channel())
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }

    private static Answer reserve(String gid) {
        return reserve(program.channel(), gid);
    }

    private static Answer reserve(Channel channel, String gid) {
        return RawCalls.call(
                channel,
                RESERVE,
                branch(gid).toMetadata(),
                List.of(request("o-" + gid).toByteArray()));
    }

    private static BranchContext branch(String gid) {
        return new BranchContext(gid, "saga", "02", "action");
    }

    private static ReservationRequest request(String orderId) {
        return ReservationRequest.newBuilder()
                .setOrderId(orderId)
                .addLines(ReservationLine.newBuilder()
                        .setProductId("1")
                        .setQuantity(1)
                        .setUnitPrice(Money.newBuilder().setCurrencyCode("CNY").setAmountMinor(1)))
                .build();
    }

    private static String gid() {
        return UUID.randomUUID().toString();
    }

    private static long barrierRows(String gid) {
        return database.rows("SELECT op FROM barrier WHERE gid = ?", gid).size();
    }
}
