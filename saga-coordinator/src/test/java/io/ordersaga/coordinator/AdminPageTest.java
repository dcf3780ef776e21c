package io.ordersaga.coordinator;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.ordersaga.coordinator.CoordinatorFixture.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.grpc.Status;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import io.ordersaga.saga.v1.AuditEntry;
import io.ordersaga.saga.v1.CountTransactionsRequest;
import io.ordersaga.saga.v1.CountTransactionsResponse;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.TransactionServiceGrpc;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What operators do, in a real browser, with one coordinator: stories from the first sign-in to the last row of a
/// batch. Skipped, and said so, on a machine without Chromium. Screenshots are kept in target/screenshots. Has not the
/// tag
/// of database tests: the SQL behind the pages is tried on other servers by the tests of the API.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminPageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PARKED = 500;
    /// Looked at in both themes at both widths; the others in one each.
    private static final Set<String> CHIEF = Set.of("overview", "transactions", "transaction");

    private static final List<String> ATTACKS = List.of(
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(2)>",
            "'-alert(3)-'",
            "javascript:alert(4)",
            "${7*7}#{7*7}*{7*7}__${7*7}__[[${7*7}]]",
            "</textarea></title><svg onload=alert(5)>");

    private final TestDatabase database;
    private final OperatorFixture operators;
    private final Onlooker onlooker;
    private final ScriptedParticipant participant;
    private final Page admin;

    AdminPageTest() {
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

    private static LocatorAssertions patiently(Locator locator) {
        return assertThat(locator);
    }

    private static LocatorAssertions.ContainsTextOptions longer() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE.toMillis());
    }

    private static DtmRequest.Builder saga(String gid, String... steps) {
        DtmRequest.Builder request =
                DtmRequest.newBuilder().setGid(gid).setTransType("saga").setSteps("[" + String.join(",", steps) + "]");
        for (String step : steps) {
            request.addBinPayloads(ByteString.copyFromUtf8("{\"orderId\":\"4711\",\"step\":" + step + "}"));
        }
        return request;
    }

    private void submit(DtmRequest.Builder request, Map<String, String> headers) {
        DtmTransOptions.Builder options = DtmTransOptions.newBuilder().putAllBranchHeaders(headers);
        var _ = DtmGrpc.newBlockingStub(operators.service().channel())
                .withDeadlineAfter(PATIENCE)
                .submit(request.setTransOptions(options).build());
    }

    private String at(String service, String method) {
        return participant.url("eshop." + service + "/" + method);
    }

    private long count(String filter) {
        CountTransactionsResponse counts = TransactionServiceGrpc.newBlockingStub(operators.channel(operators.admin()))
                .countTransactions(
                        CountTransactionsRequest.newBuilder().setFilter(filter).build());
        return counts.getTotal().getValue();
    }

    private static String href(String gid) {
        return "/transaction?gid=" + java.net.URLEncoder.encode(gid, java.nio.charset.StandardCharsets.UTF_8);
    }

    /// Presses again when nothing came of it, as anybody would: the first answer may have been a refusal of a busy
    /// moment.
    private static void ask(Page page, Locator button) {
        Locator question = page.locator("#dialog #dialog-confirm");
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> {
            button.click();
            return isSoonVisible(question);
        });
    }

    private static boolean isSoonVisible(Locator locator) {
        try {
            locator.waitFor(new Locator.WaitForOptions().setTimeout(3_000));
            return true;
        } catch (TimeoutError notYet) {
            return false;
        }
    }

    private static void confirm(Page page) {
        page.locator("#dialog-confirm").click();
        page.locator("#dialog").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
    }

    @Test
    void theOrderThatHangsIsFoundAndUnderstoodAndFinishesOnceStockIsBack() {
        ScriptedParticipant stock = ScriptedParticipant.start();
        int port = stock.port();
        stock.close();
        String down = "127.0.0.1:" + port;
        submit(
                saga(
                        "place-4711",
                        step(at("OrderBranches", "Begin"), at("OrderBranches", "Reject")),
                        step(down + "/eshop.StockBranches/Reserve", down + "/eshop.StockBranches/Release"),
                        step(at("PayBranches", "Create"), at("PayBranches", "Close"))),
                Map.of("saga-business-key", "order:4711", "saga-tag-user", "7"));

        onlooker.go(admin, "/transactions");
        admin.locator("#filter").fill("key=order:4711");
        admin.locator("#filter").press("Enter");
        admin.locator("a.gid", new Page.LocatorOptions().setHasText("place-4711"))
                .click();
        patiently(admin.locator("#why")).containsText("Reserve", longer());
        patiently(admin.locator("#why")).containsText("StockBranches", longer());
        await().atMost(PATIENCE).until(() -> admin.locator(".gantt rect").count() > 2);
        onlooker.keep(admin, "hanging-1280-light");

        onlooker.go(admin, "/targets");
        patiently(admin.locator("table")).containsText(down, longer());
        Locator row = admin.locator("tr", new Page.LocatorOptions().setHasText(down));
        ask(admin, row.locator("button", new Locator.LocatorOptions().setHasText("Pause")));
        admin.locator("#dialog textarea").fill("stock is being restarted");
        confirm(admin);
        patiently(row).containsText("Paused", longer());
        onlooker.keep(admin, "targets-1280-light");
        onlooker.go(admin, href("place-4711"));
        patiently(admin.locator("#why")).containsText("somebody paused", longer());

        try (ScriptedParticipant back = ScriptedParticipant.startOn(port)) {
            onlooker.go(admin, "/targets");
            ask(admin, row.locator("button", new Locator.LocatorOptions().setHasText("Resume")));
            confirm(admin);
            // From here on nobody touches the page: it follows the order to its end by itself.
            onlooker.go(admin, href("place-4711"));
            patiently(admin.locator(".gid-head .state")).containsText("Succeeded", longer());
            patiently(admin.locator("#why")).containsText("All 3 steps succeeded", longer());
            assertThat(back.methods()).contains("eshop.StockBranches/Reserve");
        }
        onlooker.keep(admin, "finished-1280-light");
    }

    @Test
    void aRunningSagaIsRolledBackAfterThePreview() {
        participant.always("eshop.SlowBranches/Ship", call -> {
            throw Status.FAILED_PRECONDITION.withDescription("ONGOING").asException();
        });
        submit(
                saga(
                        "ship-1",
                        step(at("StockBranches", "Reserve"), at("StockBranches", "Release")),
                        step(at("CouponBranches", "Lock"), at("CouponBranches", "Unlock")),
                        step(at("SlowBranches", "Ship"), at("SlowBranches", "CallBack"))),
                Map.of());
        onlooker.go(admin, href("ship-1"));
        patiently(admin.locator(".graph")).containsText("Ship", longer());
        await().atMost(PATIENCE).until(() -> participant.methods().contains("eshop.SlowBranches/Ship"));
        ask(admin, admin.locator("#op-ROLL_BACK"));
        Locator undone = admin.locator("#dialog .undo li");
        patiently(undone.first()).containsText("CallBack", longer());
        assertThat(undone.allTextContents()).hasSize(3);
        assertThat(undone.allTextContents().get(2)).contains("Release");
        onlooker.keep(admin, "preview-1280-light");
        // Without a reason the browser itself asks for one.
        admin.locator("#dialog-confirm").click();
        patiently(admin.locator("#dialog")).isVisible();
        admin.locator("#dialog textarea").fill("the customer changed her mind");
        confirm(admin);
        patiently(admin.locator(".gid-head .state")).containsText("Rolled back", longer());
        assertThat(participant.methods())
                .containsSubsequence(
                        "eshop.SlowBranches/CallBack", "eshop.CouponBranches/Unlock", "eshop.StockBranches/Release");
        onlooker.keep(admin, "rolled-back-1280-light");
    }

    @Test
    void fiveHundredParkedSagasAreRetriedAsOneBatch() {
        participant.always("eshop.PickBranches/Pick", call -> {
            throw Status.INVALID_ARGUMENT.withDescription("no such shelf").asException();
        });
        IntStream.range(0, PARKED)
                .parallel()
                .forEach(i -> submit(
                        saga("pick-" + i, step(at("PickBranches", "Pick"), at("PickBranches", "PutBack"))), Map.of()));
        await().atMost(Duration.ofSeconds(90)).until(() -> count("parked=true gid=pick-*") == PARKED);
        onlooker.go(admin, "/attention");
        Locator group = admin.locator("tr", new Page.LocatorOptions().setHasText("no such shelf"));
        patiently(group).containsText("500", longer());
        onlooker.keep(admin, "attention-1280-light");
        participant.always("eshop.PickBranches/Pick", call -> new byte[0]);
        group.locator("a", new Locator.LocatorOptions().setHasText("Retry all")).click();
        admin.locator("input[name=rate]").fill("1000");
        admin.locator("#dry-run").click();
        patiently(admin.locator("#batch-count")).containsText("500", longer());
        onlooker.keep(admin, "batch-preview-1280-light");
        admin.locator("#batch-create").click();
        patiently(admin.locator("h1")).containsText("Retry now", longer());
        patiently(admin.locator("#live")).containsText("500 / 500", longer());
        patiently(admin.locator("#live")).containsText("500 done", longer());
        onlooker.keep(admin, "batch-1280-light");
        await().atMost(PATIENCE).until(() -> count("status=succeed gid=pick-*") == PARKED);
    }

    @Test
    void aViewerFindsNoWayToChangeAnything() {
        submit(saga("look-1", step(at("StockBranches", "Reserve"), at("StockBranches", "Release"))), Map.of());
        operators.signInAs("vera", Role.VIEWER);
        Page page = onlooker.signIn("vera", OperatorFixture.passwordOf("vera"), 1280, true);
        page.locator("h1").waitFor();
        List<String> ways = new ArrayList<>();
        for (String path : List.of(
                "/", "/transactions", href("look-1"), "/attention", "/operations", "/targets", "/nodes", "/settings")) {
            onlooker.go(page, path);
            for (Locator way : page.locator("main [hx-post], main [hx-get]:not([data-live]), main form[method=post]")
                    .all()) {
                ways.add(path + " " + way.textContent());
            }
        }
        assertThat(ways).isEmpty();
        onlooker.keep(page, "viewer-settings-1280-dark");
        // By hand, with everything that the page itself would send.
        Object status = page.evaluate("""
                async () => {
                  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
                  const body = new URLSearchParams({ gid: "look-1", kind: "DELETE", reason: "because" });
                  return (await fetch("/transaction/operation", { method: "POST", headers, body })).status;
                }
                """);
        assertThat(status).isEqualTo(403);
        assertThat(count("gid=look-1")).isEqualTo(1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(operators.audit("vera", AuditEntry.Kind.DENIED))
                        .anySatisfy(entry -> {
                            assertThat(entry.getMethod()).endsWith("DeleteTransaction");
                            assertThat(entry.getOutcome()).contains("ROLE_MISSING");
                        }));
        onlooker.go(admin, "/audit?operator=vera");
        patiently(admin.locator("table")).containsText("ROLE_MISSING", longer());
        onlooker.keep(admin, "audit-1280-light");
        // The browser tells of the answer that was asked for above.
        onlooker.forgetComplaints();
    }

    @Test
    void whatOthersWroteNeverRuns() {
        for (int i = 0; i < ATTACKS.size(); i++) {
            String attack = ATTACKS.get(i);
            String gid = "x" + i + attack;
            participant.next("eshop.Evil/Do" + i, Status.ABORTED.withDescription(attack));
            submit(
                    saga(gid, step(at("Evil", "Do" + i), at("Evil", "Undo")))
                            .clearBinPayloads()
                            .addBinPayloads(ByteString.copyFromUtf8(attack)),
                    Map.of("saga-business-key", attack, "x-note", attack));
        }
        await().atMost(PATIENCE).until(() -> count("status=failed") >= ATTACKS.size());
        onlooker.go(
                admin,
                "/transactions?filter="
                        + java.net.URLEncoder.encode(ATTACKS.getFirst(), java.nio.charset.StandardCharsets.UTF_8));
        patiently(admin.locator("#filter")).hasValue(ATTACKS.getFirst());
        onlooker.go(admin, "/transactions");
        for (int i = 0; i < ATTACKS.size(); i++) {
            String gid = "x" + i + ATTACKS.get(i);
            onlooker.go(admin, href(gid));
            patiently(admin.locator("h1")).hasText(gid);
            patiently(admin.locator("#why")).containsText(ATTACKS.get(i), longer());
            admin.locator("#below details")
                    .all()
                    .forEach(fold -> fold.locator("summary").click());
            patiently(admin.locator("#below")).containsText(ATTACKS.get(i), longer());
            assertThat(admin.locator("main script, main img, main [onerror], main [onload]")
                            .count())
                    .isZero();
        }
        ask(admin, admin.locator("#op-note"));
        admin.locator("#dialog textarea").fill(ATTACKS.getFirst());
        confirm(admin);
        patiently(admin.locator(".note")).containsText(ATTACKS.getFirst(), longer());
        onlooker.keep(admin, "attack-1280-light");
        onlooker.go(admin, "/audit");
    }

    @Test
    void everyPageIsLightAndStaysWhereItIsInBothThemesAndWidths() {
        submit(
                saga(
                        "quiet-1",
                        step(at("StockBranches", "Reserve"), at("StockBranches", "Release")),
                        step(at("PayBranches", "Create"), at("PayBranches", "Close"))),
                Map.of("saga-business-key", "order:4712"));
        Map<String, String> paths = Map.of(
                "overview", "/",
                "transactions", "/transactions",
                "transaction", href("quiet-1"),
                "operations", "/operations",
                "new-batch", "/operations/new",
                "nodes", "/nodes",
                "alerts", "/settings",
                "retention", "/settings?tab=retention",
                "accounts", "/settings?tab=accounts",
                "topics", "/settings?tab=topics");
        for (int width : new int[] {1280, 390}) {
            for (boolean dark : new boolean[] {false, true}) {
                Page page = onlooker.signIn("admin", OperatorFixture.ADMIN_PASSWORD, width, dark);
                page.locator("h1").waitFor();
                paths.forEach((name, path) -> {
                    if (dark == (width == 1280) && !CHIEF.contains(name)) {
                        return;
                    }
                    onlooker.go(page, path);
                    Object wider = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth");
                    assertThat(wider)
                            .as(name + " at " + width)
                            .isInstanceOfSatisfying(
                                    Number.class,
                                    more -> assertThat(more.intValue()).isLessThanOrEqualTo(0));
                    onlooker.keep(page, name + "-" + width + (dark ? "-dark" : "-light"));
                });
            }
        }
        paths.forEach((name, path) ->
                assertThat(onlooker.weight(admin, path)).as("bytes of " + name).isBetween(20_000L, 300_000L));
        onlooker.go(admin, "/");
        String before = String.valueOf(admin.locator("#live").getAttribute("data-version"));
        submit(saga("quiet-2", step(at("StockBranches", "Reserve"), at("StockBranches", "Release"))), Map.of());
        await().atMost(PATIENCE)
                .until(() -> !before.equals(admin.locator("#live").getAttribute("data-version")));
        assertThat(onlooker.shifts(admin)).isLessThan(0.01);
    }
}
