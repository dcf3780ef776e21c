package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import io.ordersaga.stack.Port;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A visitor with a real browser and no internet: opens the Swagger page and places an order from it. Skipped, and said
/// so, on a machine without Chromium.
@Tag("e2e")
class SwaggerPageTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    @AfterAll
    static void booksBalance() {
        Shop.open().books.balance();
    }

    @Test
    void placesTheOrderFromTheSwaggerPage() {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "no Chromium at " + CHROMIUM);
        Shop shop = Shop.open();
        List<String> foreign = new ArrayList<>();
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(CHROMIUM)
                                .setArgs(FLAGS))) {
            Page page = browser.newPage();
            page.onRequest(request -> {
                if (!request.url().startsWith(shop.url(Port.GATEWAY).toString())
                        && request.url().startsWith("http")) {
                    foreign.add(request.url());
                }
            });
            page.navigate(shop.url(Port.GATEWAY) + "/apis/swagger/index.html");
            Locator submit = page.locator("#operations-OrderService-OrderService_SubmitOrder");
            submit.locator(".opblock-summary-control").click();
            submit.locator("textarea.body-param__text")
                    .fill("{\"userId\":1,\"productId\":2,\"amount\":1100,\"productCount\":1}");
            submit.locator("button.execute").click();
            Locator response = submit.locator(".live-responses-table .response .microlight")
                    .first();
            response.waitFor();
            assertThat(response.textContent()).contains("orderId");
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of("target/screenshots/swagger.png"))
                    .setFullPage(true));
        }
        assertThat(foreign).as("requests to other hosts").isEmpty();
    }
}
