package io.ordersaga.coordinator;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.ordersaga.coordinator.CoordinatorFixture.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.grpc.Status;
import io.ordersaga.saga.v1.AuditEntry;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.testkit.ScriptedParticipant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What operators do about transactions, in a real browser: stories from an order that hangs to the last row of a
/// batch.
/// Screenshots are kept in target/screenshots.
class AdminPageTest extends PageSettingsStories {

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

    /// A live update between two looks, and between a press and its end: a row more above the others. Nobody waits
    /// here,
    /// since what was wrong once lasted 20 ms.
    @Test
    void whatIsPressedIsWhatWasSeenWhileThePageChanges() {
        submit(saga("seen-1", step(at("StockBranches", "Reserve"), at("StockBranches", "Release"))), Map.of());
        onlooker.go(admin, "/targets");
        Locator pause = admin.locator("tr")
                .filter(new Locator.FilterOptions().setHasText("127.0.0.1:" + participant.port()))
                .locator("button");
        patiently(pause).hasText("Pause");
        admin.evaluate("""
                () => {
                  let rows = 0;
                  window.moreAbove = () => {
                    const live = document.getElementById("live");
                    const next = live.cloneNode(true);
                    const row = next.querySelector("tbody tr");
                    const other = row.cloneNode(true);
                    other.dataset.key = "other-" + ++rows;
                    other.querySelector(".gid").textContent = other.dataset.key;
                    other.querySelector("button").setAttribute("hx-get", "/targets/change?to=pause&address=other-" + rows);
                    row.before(other);
                    htmx.swap(live, next.outerHTML, { swapStyle: "morph" }, { contextElement: live });
                  };
                }
                """);
        pause.focus();
        Object answers = admin.evaluate("""
                () => {
                  const before = document.activeElement.getAttribute("hx-get");
                  const asked = [];
                  const note = (event) => {
                    asked.push(event.detail.path);
                    event.preventDefault();
                  };
                  document.addEventListener("htmx:configRequest", note);
                  moreAbove();
                  const buttons = [...document.querySelectorAll("#live tbody button")];
                  for (const button of buttons) button.click();
                  document.removeEventListener("htmx:configRequest", note);
                  const meant = buttons.map((one) => one.getAttribute("hx-get"));
                  return [before, document.activeElement.getAttribute("hx-get"), asked, meant];
                }
                """);
        assertThat(answers).isInstanceOfSatisfying(List.class, all -> {
            assertThat(all.get(1)).as("what has the focus").isEqualTo(all.get(0));
            assertThat(all.get(2)).as("what was asked for").isEqualTo(all.get(3));
        });

        long rows = admin.locator("#live tbody tr").count();
        pause.hover();
        admin.mouse().down();
        admin.evaluate("moreAbove()");
        admin.mouse().up();
        patiently(admin.locator("#dialog .dialog-body")).containsText("127.0.0.1:" + participant.port());
        admin.keyboard().press("Escape");
        patiently(admin.locator("#live tbody tr")).hasCount((int) rows + 1);
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
            for (Locator way : page.locator(
                            "main :is([hx-post], [hx-get]:not([data-live]), form[method=post]):not([data-own])")
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
        List<String> barriers = new ArrayList<>();
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
                    onlooker.barriers(page).forEach(one -> barriers.add(name + " at " + width + ": " + one));
                    onlooker.keep(page, name + "-" + width + (dark ? "-dark" : "-light"));
                });
            }
        }
        assertThat(barriers).isEmpty();
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
