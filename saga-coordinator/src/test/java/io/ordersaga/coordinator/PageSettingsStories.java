package io.ordersaga.coordinator;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.ordersaga.coordinator.CoordinatorFixture.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import io.ordersaga.saga.v1.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/// What operators do about who comes in, who is told, and how they look at things themselves.
abstract class PageSettingsStories extends PageStage {

    @Test
    void theFirstPasswordIsGoodForOneSignInAndNothingElseIsTakenBeforeAnother() {
        String oneTime = operators.create("noor", Role.OPERATOR);
        Page page = onlooker.signIn("noor", oneTime, 390, false);
        assertThat(page.locator("input[name=again]")).isVisible();
        onlooker.go(page, "/transactions");
        assertThat(page.locator("input[name=again]")).isVisible();
        choosePassword(page, oneTime, "sunflowers at noon", "sunflowers at nine");
        assertThat(page.locator("[role=alert]")).containsText("differ");
        onlooker.keep(page, "first-password-390-light");
        // The browser tells of the answer that was asked for.
        onlooker.forgetComplaints();
        choosePassword(page, oneTime, "sunflowers at noon", "sunflowers at noon");
        assertThat(page.locator("h1")).hasText("Overview");

        page.locator(".topbar summary").click();
        page.locator(".drawer button[aria-label='Sign out']").click();
        assertThat(page.locator("input[name=account]")).isVisible();
        onlooker.go(page, "/transactions?filter=parked%3Dtrue");
        assertThat(page.locator("input[name=account]")).isVisible();
        signIn(page, "noor", oneTime);
        assertThat(page.locator("[role=alert]")).isVisible();
        onlooker.keep(page, "sign-in-refused-390-light");
        onlooker.forgetComplaints();
        signIn(page, "noor", "sunflowers at noon");
        // Where they wanted to go.
        assertThat(page.locator("#filter")).hasValue("parked=true");
    }

    private static void choosePassword(Page page, String current, String next, String again) {
        page.locator("input[name=current]").fill(current);
        page.locator("input[name=new]").fill(next);
        page.locator("input[name=again]").fill(again);
        page.locator("button[type=submit]").click();
    }

    private static void signIn(Page page, String account, String password) {
        page.locator("input[name=account]").fill(account);
        page.locator("input[name=password]").fill(password);
        page.locator("button[type=submit]").click();
    }

    @Test
    void aTokenIsShownOnceAndOfNoUseOnceItIsRevoked() {
        onlooker.go(admin, "/settings?tab=tokens");
        assertThat(admin.locator(".empty")).isVisible();
        onlooker.keep(admin, "tokens-none-1280-light");
        ask(admin, Onlooker.button(admin, "New token"));
        admin.locator("#dialog input[name=name]").fill("grafana");
        admin.locator("#dialog-confirm").click();
        String token = admin.locator("#secret").textContent();
        onlooker.keep(admin, "token-1280-light");
        assertThat(operators.get("/api/v1/overview", token).status()).isEqualTo(200);
        assertThat(operators.post("/api/v1/views", "{\"name\":\"mine\"}", token).reason())
                .isEqualTo("NO_ACCOUNT");
        admin.locator("#dialog [data-close-dialog]").click();
        // What was made stands in the list without anybody asking for it.
        Locator row = admin.locator("tr", new Page.LocatorOptions().setHasText("grafana"));
        assertThat(row).containsText("Viewer");
        assertThat(admin.locator("body")).not().containsText(token);

        ask(admin, row.locator("button"));
        confirm(admin);
        assertThat(row).hasCount(0);
        await().atMost(PATIENCE)
                .until(() -> operators.get("/api/v1/overview", token).status() == 401);
    }

    @Test
    void aSubscriberIsMadeAndTestedAndRemoved() throws IOException {
        Queue<String> received = new ConcurrentLinkedQueue<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            try (exchange) {
                received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                exchange.sendResponseHeaders(204, -1);
            }
        });
        receiver.start();
        try {
            onlooker.go(admin, "/settings");
            ask(admin, Onlooker.button(admin, "Add a subscriber"));
            admin.locator("#dialog input[name=name]").fill("pager");
            admin.locator("#dialog input[name=url]")
                    .fill("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
            admin.locator("#dialog-confirm").click();
            assertThat(admin.locator("#secret")).isVisible();
            admin.keyboard().press("Escape");
            Locator row = admin.locator("tr", new Page.LocatorOptions().setHasText("pager"));
            ask(admin, row.locator("button", new Locator.LocatorOptions().setHasText("Test")));
            confirm(admin);
            assertThat(admin.locator("#toasts")).containsText("204");
            onlooker.keep(admin, "subscriber-1280-light");
            assertThat(received).hasSize(1);
            ask(admin, row.locator("button", new Locator.LocatorOptions().setHasText("Remove")));
            confirm(admin);
            assertThat(row).hasCount(0);
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    void aTopicGetsSubscribersAndLosesThem() {
        onlooker.go(admin, "/settings?tab=topics");
        ask(admin, Onlooker.button(admin, "Subscribe"));
        admin.locator("#dialog input[name=name]").fill("order-paid");
        admin.locator("#dialog input[name=url]").fill("not allowed there");
        admin.locator("#dialog-confirm").click();
        // Refused, the dialog says why and keeps what was typed.
        assertThat(admin.locator("#dialog [role=alert]")).isVisible();
        assertThat(admin.getByLabel("Name")).hasValue("order-paid");
        onlooker.keep(admin, "refused-1280-light");
        onlooker.forgetComplaints();
        admin.locator("#dialog input[name=url]").fill(at("PointsBranches", "Add"));
        confirm(admin);
        Locator row = admin.locator("tr", new Page.LocatorOptions().setHasText("order-paid"));
        assertThat(row).containsText("PointsBranches/Add");
        ask(admin, row.locator("button", new Locator.LocatorOptions().setHasText("Unsubscribe")));
        admin.locator("#dialog input[name=url]").fill(at("PointsBranches", "Add"));
        confirm(admin);
        assertThat(row).not().containsText("PointsBranches/Add");
        ask(admin, row.locator("button", new Locator.LocatorOptions().setHasText("Delete")));
        confirm(admin);
        assertThat(row).hasCount(0);
    }

    @Test
    void aNodeIsDrainedAndWorksAgain() {
        onlooker.go(admin, "/nodes");
        Locator row = admin.locator("tr", new Page.LocatorOptions().setHasText("this one"));
        ask(admin, row.locator("button"));
        admin.locator("#dialog textarea").fill("a new version comes");
        // There is no other node.
        admin.locator("#dialog-confirm").click();
        assertThat(admin.locator("#dialog [role=alert]")).isVisible();
        onlooker.forgetComplaints();
        admin.locator("#dialog input[type=checkbox]").check();
        confirm(admin);
        patiently(row).containsText("Drain", longer());
        onlooker.keep(admin, "drained-1280-light");
        ask(admin, row.locator("button", new Locator.LocatorOptions().setHasText("Work again")));
        confirm(admin);
        patiently(row).containsText("Working", longer());
    }

    @Test
    void filtersAndColumnsAreKeptForTheAccountWhereverItSignsIn() {
        operators.signInAs("vito", Role.VIEWER);
        Page page = onlooker.signIn("vito", OperatorFixture.passwordOf("vito"), 1280, true);
        assertThat(page.locator("h1")).hasText("Overview");
        submit(saga("kept-1", step(at("StockBranches", "Reserve"), at("StockBranches", "Release"))), Map.of());
        onlooker.go(page, "/transactions?filter=gid%3Dkept-*");
        Locator views = page.locator("details.menu", new Page.LocatorOptions().setHasText("Views"));
        views.locator("summary").click();
        page.locator("#view-name").fill("what <b>stays</b>/1");
        page.locator("#views button", new Page.LocatorOptions().setHasText("Save"))
                .click();
        assertThat(page.locator("#views a")).hasText("what <b>stays</b>/1");
        onlooker.keep(page, "views-1280-dark");
        page.locator("details.menu", new Page.LocatorOptions().setHasText("Columns"))
                .locator("summary")
                .click();
        page.locator("input[value=mode]").check();
        page.locator("input[value=created]").uncheck();
        Onlooker.button(page, "Show these").click();
        assertThat(page.locator("#filter")).hasValue("gid=kept-*");
        assertThat(page.locator("thead")).containsText("Mode");
        assertThat(page.locator("thead")).not().containsText("Submitted");

        Page elsewhere = onlooker.signIn("vito", OperatorFixture.passwordOf("vito"), 390, false);
        assertThat(elsewhere.locator("h1")).hasText("Overview");
        onlooker.go(elsewhere, "/transactions");
        assertThat(elsewhere.locator("thead")).not().containsText("Submitted");
        views = elsewhere.locator("details.menu", new Page.LocatorOptions().setHasText("Views"));
        views.locator("summary").click();
        onlooker.keep(elsewhere, "views-390-light");
        elsewhere.locator("#views a").click();
        assertThat(elsewhere.locator("#filter")).hasValue("gid=kept-*");
        // Nobody else has them.
        onlooker.go(admin, "/transactions");
        assertThat(admin.locator("#views a")).hasCount(0);
        views.locator("summary").click();
        elsewhere.locator("#views li button").click();
        assertThat(elsewhere.locator("#views a")).hasCount(0);
        onlooker.go(elsewhere, "/transactions?filter=nonsense");
        assertThat(elsewhere.locator("#filter-wrong")).isVisible();
        onlooker.keep(elsewhere, "wrong-filter-390-light");
    }

    @Test
    void anOperationIsReachedWithTheKeyboardAlone() {
        submit(saga("keys-1", step(at("StockBranches", "Reserve"), at("StockBranches", "Release"))), Map.of());
        await().atMost(PATIENCE).until(() -> count("gid=keys-1 status=succeed") == 1);
        onlooker.go(admin, href("keys-1"));
        admin.keyboard().press("Tab");
        assertThat(admin.locator(".skip")).isFocused();
        admin.keyboard().press("Enter");
        Locator note = admin.locator("#op-note");
        for (int i = 0; i < 30 && !Boolean.TRUE.equals(note.evaluate("node => node === document.activeElement")); i++) {
            admin.keyboard().press("Tab");
        }
        assertThat(note).isFocused();
        admin.keyboard().press("Enter");
        assertThat(admin.locator("#dialog textarea")).isFocused();
        admin.keyboard().press("Escape");
        assertThat(admin.locator("#dialog")).isHidden();
        assertThat(note).isFocused();
        admin.keyboard().press("Enter");
        assertThat(admin.locator("#dialog textarea")).isFocused();
        admin.keyboard().type("looked at by hand");
        admin.keyboard().press("Tab");
        admin.keyboard().press("Tab");
        admin.keyboard().press("Enter");
        patiently(admin.locator(".note")).containsText("looked at by hand", longer());
        assertThat(note).isFocused();
    }
}
