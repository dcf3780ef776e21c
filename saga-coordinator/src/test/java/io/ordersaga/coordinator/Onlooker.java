package io.ordersaga.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/// Somebody in front of a real browser without the internet. Writes down what a page should never do: errors in the
/// console, requests to other hosts, scripts that a text brought, things that move while nobody touches them. For one
/// thread.
final class Onlooker implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");
    private static final double PATIENCE_MILLIS = 30_000;

    /// What may be moved by what the viewer does is not counted, by the browser's own rule.
    private static final String WATCH_SHIFTS = """
            window.shifts = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
            }).observe({ type: "layout-shift", buffered: true });
            """;

    private final Playwright playwright;
    private final Browser browser;
    private final String origin;
    private final List<String> complaints = new ArrayList<>();
    private final List<BrowserContext> contexts = new ArrayList<>();
    private long bytes;

    private Onlooker(String origin) {
        this.origin = origin;
        this.playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        this.browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(FLAGS));
    }

    /// Skips the test, and says so, on a machine without Chromium.
    static void assumeChromium() {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "no Chromium at " + CHROMIUM);
    }

    /// @param origin of the coordinator; everything else is elsewhere
    static Onlooker of(String origin) {
        return new Onlooker(origin);
    }

    /// A window of its own, as of somebody who was never here.
    Page open(int width, boolean dark) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, 900)
                .setTimezoneId("Asia/Shanghai")
                .setLocale("en")
                .setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT));
        contexts.add(context);
        context.addInitScript(WATCH_SHIFTS);
        Page page = context.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        watch(page);
        return page;
    }

    private void watch(Page page) {
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.type() + " on " + page.url() + ": " + message.text());
            }
        });
        page.onPageError(error -> complaints.add("exception on " + page.url() + ": " + error));
        page.onDialog(dialog -> {
            complaints.add("a text became a script on " + page.url() + ": " + dialog.message());
            dialog.dismiss();
        });
        page.onRequest(request -> {
            if (request.url().startsWith("http") && !request.url().startsWith(origin + "/")) {
                complaints.add("request to " + request.url());
            }
        });
        page.onResponse(this::weigh);
    }

    private void weigh(Response response) {
        String length = response.headers().get("content-length");
        bytes += length == null ? 0 : Long.parseLong(length);
    }

    Page signIn(String account, String password, int width, boolean dark) {
        Page page = open(width, dark);
        page.navigate(origin + "/");
        page.locator("input[name=account]").fill(account);
        page.locator("input[name=password]").fill(password);
        page.locator("button[type=submit]").click();
        return page;
    }

    Page go(Page page, String path) {
        page.navigate(origin + path);
        page.locator("#main").waitFor();
        return page;
    }

    /// How many bytes a visit of this page brings to a browser that keeps nothing.
    long weight(Page page, String path) {
        Page fresh = open(1280, false);
        fresh.context().addCookies(page.context().cookies());
        bytes = 0;
        go(fresh, path);
        fresh.waitForLoadState();
        long html = fresh.content().length();
        return bytes + html;
    }

    /// The sum of the browser's layout-shift scores since the page was loaded.
    double shifts(Page page) {
        Object shifts = page.evaluate("() => window.shifts");
        return shifts instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    void keep(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(Path.of("target/screenshots", name + ".png"))
                .setFullPage(true));
    }

    static String text(Page page, String selector) {
        return String.valueOf(page.locator(selector).first().textContent());
    }

    static Locator button(Page page, String text) {
        return page.locator("button:visible, a.button:visible")
                .filter(new Locator.FilterOptions().setHasText(text))
                .first();
    }

    void complainsOfNothing() {
        assertThat(complaints).isEmpty();
    }

    void forgetComplaints() {
        complaints.clear();
    }

    @Override
    public void close() {
        contexts.forEach(BrowserContext::close);
        browser.close();
        playwright.close();
    }
}
