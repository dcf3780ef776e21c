package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/// Somebody with a real browser and no internet. For one thread.
final class Visitor implements AutoCloseable {
    /// For whatever a page is waited for, on a machine that may be busy.
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> foreign = new ArrayList<>();
    final Page page;

    private Visitor(URI origin) {
        PlaywrightAssertions.setDefaultAssertionTimeout((double) PATIENCE.toMillis());
        this.playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        this.browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(FLAGS));
        this.page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1280, 900));
        page.setDefaultTimeout((double) PATIENCE.toMillis());
        page.onRequest(request -> {
            if (!request.url().startsWith(origin.toString()) && request.url().startsWith("http")) {
                foreign.add(request.url());
            }
        });
    }

    /// Skips the test, and says so, on a machine without Chromium.
    static void assumeChromium() {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "no Chromium at " + CHROMIUM);
    }

    /// @param origin of what is visited; everything else is elsewhere
    static Visitor of(URI origin) {
        return new Visitor(origin);
    }

    void keep(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(Path.of("target/screenshots", name + ".png"))
                .setFullPage(true));
    }

    void wentNowhereElse() {
        assertThat(foreign).as("requests to other hosts").isEmpty();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
