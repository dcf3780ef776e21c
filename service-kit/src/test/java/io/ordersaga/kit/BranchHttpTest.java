package io.ordersaga.kit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Status;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.BranchOngoingException;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.stock.v1.ReservationLine;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a coordinator sees that calls the branches of a program over HTTP. The program has two places for calls.
@DatabaseTest
class BranchHttpTest {
    private static final String RESERVE = "ordersaga.stock.v1.StockBranches/Reserve";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static TestDatabase database;
    private static RunningService program;
    private static int port;

    @BeforeAll
    static void start(TestDatabase injected) {
        database = injected;
        database.update("CREATE TABLE effect (order_id VARCHAR(64) PRIMARY KEY, gid VARCHAR(64))");
        Map<String, String> settings = new HashMap<>(RunningService.settings(database));
        settings.put("spring.config.import", "classpath:kit.yaml,classpath:kit-database.yaml");
        settings.put("spring.flyway.locations", "classpath:db/barrier");
        settings.put("spring.flyway.baseline-on-migrate", "true");
        settings.put("spring.flyway.baseline-version", "0");
        settings.put("ordersaga.branches.http.enabled", "true");
        settings.put("ordersaga.branches.http.calls-max", "2");
        settings.put("ordersaga.branches.http.body-max", "2KB");
        program = RunningService.start(BranchProgram.class, settings);
        port = program.bean(BranchHttpPort.class).port();
    }

    @AfterAll
    static void stop() {
        program.close();
    }

    @BeforeEach
    void idle() {
        BranchProgram.work = (table, branch) -> {};
    }

    @Test
    void theSameBranchBehindTheSameBarrierAsOverGrpc() throws Exception {
        String gid = gid();
        BranchProgram.work = (table, branch) -> table.insert(branch.gid(), branch.op());

        HttpResponse<String> first = reserve(gid);
        RawCalls.Answer repeated = RawCalls.call(
                program.channel(),
                RESERVE,
                new BranchContext(gid, "saga", "02", "action").toMetadata(),
                List.of(request("o-" + gid).toByteArray()));

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).isEqualTo("{\"dtm_result\":\"SUCCESS\"}");
        assertThat(repeated.status().isOk()).isTrue();
        assertThat(database.rows("SELECT gid FROM effect WHERE order_id = ?", gid))
                .containsExactly("action");
        assertThat(database.rows("SELECT op FROM barrier WHERE gid = ?", gid)).hasSize(1);
    }

    @Test
    void aRefusalIsAConflictWithItsTypedReasonAndLeavesNothing() throws Exception {
        String gid = gid();
        BranchProgram.work = (table, branch) -> {
            table.insert(branch.gid(), "refused");
            throw new BranchRefusedException(
                    "test.ordersaga", "OUT_OF_STOCK", "nothing left", Map.of("product_id", "1"));
        };

        HttpResponse<String> answer = reserve(gid);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"dtm_result\":\"FAILURE\",\"reason\":\"OUT_OF_STOCK\",\"domain\":\"test.ordersaga\","
                        + "\"metadata\":{\"product_id\":\"1\"},\"message\":\"nothing left\"}");
        assertThat(database.rows("SELECT gid FROM effect WHERE order_id = ?", gid))
                .isEmpty();
        assertThat(database.rows("SELECT op FROM barrier WHERE gid = ?", gid)).isEmpty();
    }

    @Test
    void whatIsNotDoneYetIsTooEarlyAndWhatFailedIsAskedAgain() throws Exception {
        BranchProgram.work = (table, branch) -> {
            throw new BranchOngoingException("printing");
        };
        HttpResponse<String> ongoing = reserve(gid());
        BranchProgram.work = (table, branch) -> {
            throw new IllegalStateException("FAILURE of INSERT INTO effect");
        };
        HttpResponse<String> failed = reserve(gid());

        assertThat(ongoing.statusCode()).isEqualTo(425);
        assertThat(ongoing.body()).isEqualTo("{\"dtm_result\":\"ONGOING\",\"message\":\"printing\"}");
        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(failed.body()).isEqualTo("{\"message\":\"internal error\"}");
    }

    @Test
    void aCompensationHearsWhyFromTheHeader() throws Exception {
        Status why = Status.newBuilder().setCode(10).setMessage("no stock").build();
        AtomicReference<BranchContext> seen = new AtomicReference<>();
        String gid = gid();
        assertThat(reserve(gid).statusCode()).isEqualTo(200);
        BranchProgram.work = (table, branch) -> seen.set(branch);

        HttpResponse<String> answer = send(HttpRequest.newBuilder(address(gid, "compensate"))
                .header("saga-rejection-bin", Base64.getEncoder().encodeToString(why.toByteArray()))
                .POST(BodyPublishers.ofString(JsonFormat.printer().print(request("o-" + gid)))));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(seen.get().op()).isEqualTo("compensate");
        assertThat(seen.get().rejection()).contains(why);
    }

    @Test
    void badInputIsToldByItsField() throws Exception {
        String noGid = "?trans_type=saga&branch_id=02&op=action";
        assertThat(post("/" + RESERVE + noGid, "{}")).contains("400", "gid must not be empty");
        String query = query(gid(), "action");
        assertThat(post("/" + RESERVE + query, "{\"orderId\":1,\"lines\":[{\"quantity\":\"x\"}]}"))
                .contains("400", "orderId");
        assertThat(post("/" + RESERVE + query, "{\"orderId\":\"o1\"}")).contains("400", "lines");
        assertThat(post("/" + RESERVE + query, "{")).contains("400", "not valid JSON");
        assertThat(post("/" + RESERVE + query, " ".repeat(2049))).contains("413", "2048 bytes");
    }

    @Test
    void nothingElseIsOnThePortAndNoBranchElsewhere() throws Exception {
        String query = query(gid(), "action");
        assertThat(post("/ordersaga.stock.v1.StockBranches/Nothing" + query, "{}"))
                .contains("404");
        assertThat(post("/grpc.health.v1.Health/Check" + query, "{}")).contains("404");
        assertThat(send(HttpRequest.newBuilder(URI.create(root() + "/actuator/health")))
                        .statusCode())
                .isEqualTo(404);
        assertThat(send(HttpRequest.newBuilder(URI.create(root() + "/" + RESERVE + query)))
                        .statusCode())
                .isEqualTo(405);
        assertThat(program.manage("/" + RESERVE + query).statusCode()).isEqualTo(404);
    }

    @Test
    void whoFindsNoPlaceIsAskedAgain() throws Exception {
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
        CompletableFuture<Integer> one = CompletableFuture.supplyAsync(() -> status(gid()));
        CompletableFuture<Integer> two = CompletableFuture.supplyAsync(() -> status(gid()));
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();

        int third = status(gid());
        release.countDown();

        assertThat(third).isEqualTo(503);
        assertThat(List.of(one.join(), two.join())).containsOnly(200);
    }

    private static int status(String gid) {
        try {
            return reserve(gid).statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> reserve(String gid) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address(gid, "action"))
                .POST(BodyPublishers.ofString(JsonFormat.printer().print(request("o-" + gid)))));
    }

    private static String post(String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(URI.create(root() + path)).POST(BodyPublishers.ofString(body)));
        return answer.statusCode() + " " + answer.body();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
    }

    private static URI address(String gid, String op) {
        return URI.create(root() + "/" + RESERVE + query(gid, op));
    }

    private static String root() {
        return "http://127.0.0.1:" + port;
    }

    private static String query(String gid, String op) {
        return "?branch_id=02&gid=" + gid + "&op=" + op + "&trans_type=saga";
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
}
