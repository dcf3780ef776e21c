package io.ordersaga.coordinator;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.google.protobuf.ByteString;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import io.ordersaga.saga.v1.CountTransactionsRequest;
import io.ordersaga.saga.v1.CountTransactionsResponse;
import io.ordersaga.saga.v1.TransactionServiceGrpc;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;

/// One coordinator with a real browser before it, for all stories of its operators. Skipped, and said so, on a machine
/// without Chromium. Has not the tag of database tests: the SQL behind the pages is tried on other servers by the tests
/// of the API.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageStage {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    private final TestDatabase database;
    final OperatorFixture operators;
    final Onlooker onlooker;
    final ScriptedParticipant participant;
    final Page admin;

    PageStage() {
        Onlooker.assumeChromium();
        this.database = TestDatabase.create("page");
        this.participant = ScriptedParticipant.start();
        this.operators = new OperatorFixture(
                database,
                Map.of(
                        "ordersaga.coordinator.retry.base", "100ms",
                        "ordersaga.coordinator.retry.cap", "500ms",
                        "ordersaga.coordinator.dispatch.poll", "200ms",
                        "ordersaga.coordinator.parking.errors-max", "2",
                        "ordersaga.coordinator.admin.alert.allow-http", "true",
                        "ordersaga.coordinator.admin.alert.allow-private", "true",
                        "ordersaga.coordinator.admin.alert.sealing.key", "A".repeat(43),
                        "ordersaga.coordinator.admin.page.overview-freshness", "200ms",
                        "ordersaga.coordinator.admin.page.freshness", "200ms",
                        "ordersaga.coordinator.admin.page.loads-per-second", "50"));
        this.onlooker = Onlooker.of(operators.origin());
        this.admin = onlooker.signIn("admin", OperatorFixture.ADMIN_PASSWORD, 1280, false);
        admin.locator("h1").waitFor();
    }

    @AfterEach
    void nothingWentWrong() {
        onlooker.complainsOfNothing();
    }

    @AfterAll
    void stop() {
        onlooker.close();
        participant.close();
        operators.close();
        database.close();
    }

    static LocatorAssertions patiently(Locator locator) {
        return assertThat(locator);
    }

    static LocatorAssertions.ContainsTextOptions longer() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout((double) PATIENCE.toMillis());
    }

    static DtmRequest.Builder saga(String gid, String... steps) {
        DtmRequest.Builder request =
                DtmRequest.newBuilder().setGid(gid).setTransType("saga").setSteps("[" + String.join(",", steps) + "]");
        for (String step : steps) {
            request.addBinPayloads(ByteString.copyFromUtf8("{\"orderId\":\"4711\",\"step\":" + step + "}"));
        }
        return request;
    }

    void submit(DtmRequest.Builder request, Map<String, String> headers) {
        DtmTransOptions.Builder options = DtmTransOptions.newBuilder().putAllBranchHeaders(headers);
        var _ = DtmGrpc.newBlockingStub(operators.service().channel())
                .withDeadlineAfter(PATIENCE)
                .submit(request.setTransOptions(options).build());
    }

    String at(String service, String method) {
        return participant.url("eshop." + service + "/" + method);
    }

    long count(String filter) {
        CountTransactionsResponse counts = TransactionServiceGrpc.newBlockingStub(operators.channel(operators.admin()))
                .countTransactions(
                        CountTransactionsRequest.newBuilder().setFilter(filter).build());
        return counts.getTotal().getValue();
    }

    static String href(String gid) {
        return "/transaction?gid=" + java.net.URLEncoder.encode(gid, java.nio.charset.StandardCharsets.UTF_8);
    }

    static void ask(Page page, Locator button) {
        button.click();
        page.locator("#dialog #dialog-confirm").waitFor();
    }

    static void confirm(Page page) {
        page.locator("#dialog-confirm").click();
        page.locator("#dialog").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
    }
}
