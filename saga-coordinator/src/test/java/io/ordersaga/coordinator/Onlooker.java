package io.ordersaga.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
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

    /// What would keep somebody from using a page who does not see it, or not well, or has no mouse: what can be found
    /// out without a person.
    private static final String BARRIERS = """
            () => {
              const barriers = [];
              const shown = (node) => node.checkVisibility({ visibilityProperty: true });
              const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
              const found = (what, node) => barriers.push(what + ": " + node.outerHTML.slice(0, 160));
              const named = (node) => (node.getAttribute("aria-label") || node.textContent).trim() !== "";
              for (const node of all("a[href], button, summary")) {
                if (!named(node)) found("no name", node);
                const { width, height } = node.getBoundingClientRect();
                const inText = getComputedStyle(node).display === "inline";
                if (!inText && !node.matches(".skip") && Math.min(width, height) < 24) found("hard to hit", node);
              }
              for (const node of all("input:not([type=hidden]), select, textarea")) {
                if (!node.labels.length && !node.hasAttribute("aria-label")) found("no label", node);
              }
              for (const node of all("img")) if (!node.hasAttribute("alt")) found("no alt", node);
              for (const node of all("svg:not([aria-hidden]):not(svg svg)")) {
                if (!node.matches("[role=img][aria-label]")) found("no name", node);
              }
              for (const node of all(".scroll-x, .code, .table-wrap")) {
                if (node.scrollWidth > node.clientWidth && node.tabIndex < 0) found("scrolls without keys", node);
              }
              const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
              for (const id of new Set(ids)) if (ids.indexOf(id) !== ids.lastIndexOf(id)) barriers.push("twice: " + id);
              for (const only of ["main", "h1"]) if (all(only).length !== 1) barriers.push("not one " + only);
              if (!document.documentElement.lang || !document.title) barriers.push("no language or title");
              let level = 1;
              for (const node of all("h1, h2, h3")) {
                if (node.tagName[1] - level > 1) found("a heading is left out before", node);
                level = +node.tagName[1];
              }
              const light = (colour) => {
                const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
                const part = (one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4);
                return { a, l: 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b) };
              };
              const ground = (node) => {
                for (let at = node; at; at = at.parentElement) {
                  const { backgroundColor } = getComputedStyle(at);
                  if (!backgroundColor.startsWith("rgb")) return null;
                  if (light(backgroundColor).a === 1) return light(backgroundColor).l;
                }
                return null;
              };
              for (const node of all("body *:not(svg *)")) {
                const says = [...node.childNodes].some((one) => one.nodeType === 3 && one.nodeValue.trim());
                const behind = says && !node.closest("[disabled]") ? ground(node) : null;
                if (behind === null) continue;
                const ink = light(getComputedStyle(node).color).l;
                const contrast = (Math.max(ink, behind) + 0.05) / (Math.min(ink, behind) + 0.05);
                if (contrast < 4.5) found("hard to read, " + contrast.toFixed(1), node);
              }
              return barriers;
            }
            """;

    private final Playwright playwright;
    private final Browser browser;
    private final String origin;
    private final List<String> complaints = new ArrayList<>();
    private final List<BrowserContext> contexts = new ArrayList<>();
    private long bytes;

    private Onlooker(String origin) {
        this.origin = origin;
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
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

    /// As little as nothing.
    List<String> barriers(Page page) {
        return page.evaluate(BARRIERS) instanceof List<?> all
                ? all.stream().map(String::valueOf).toList()
                : List.of("nothing was found out");
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
