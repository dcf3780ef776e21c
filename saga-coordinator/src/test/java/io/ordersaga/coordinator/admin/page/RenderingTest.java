package io.ordersaga.coordinator.admin.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.saga.v1.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The templates with answers that no server had to be started for. What they become is kept in target/pages, to be
/// looked at.
class RenderingTest {

    private static final Path PAGES = Path.of("target/pages");
    private static final int TOGETHER = 10;
    private static final Pattern TAG = Pattern.compile("<(/?[a-zA-Z][^\\s>/]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>");
    private static final Pattern ATTRIBUTE =
            Pattern.compile("([^\\s\"'=/>]+)(?:\\s*=\\s*(\"[^\"]*\"|'[^']*'|[^\\s\"'>]+))?");
    private static final Set<String> LEADS = Set.of("href", "src", "action", "formaction", "hx-get", "hx-post");
    private static final Pattern HERE = Pattern.compile("^\"(?:/(?![/\\\\])|#)");

    private final Rendering rendering = new Rendering(new Texts());
    private final Assets assets = new Assets();

    @Test
    void everyPageIsRenderedInBothLanguages() {
        for (Locale language : Texts.LANGUAGES) {
            for (String theme : new String[] {"light", "dark"}) {
                Map<String, String> pages = pages(new Samples(""), language, theme, Role.ADMIN);
                assertThat(pages.values())
                        .isNotEmpty()
                        .allSatisfy(html -> assertThat(html)
                                .containsOnlyOnce("</html>")
                                .containsPattern("</dialog>\\s*</body>|</main>\\s*</body>")
                                .doesNotContainPattern("</body>\\s*<(?!/html>)")
                                .doesNotContain("??"));
                pages.forEach((name, html) -> keep(name + "-" + language.getLanguage() + "-" + theme + ".html", html));
            }
        }
    }

    /// The policy `default-src 'self'` would block it, and then the page would not look or work as it should.
    @Test
    void nothingIsInlineAndNothingFromElsewhere() {
        assertThat(pages(new Samples(""), Texts.ENGLISH, null, Role.ADMIN).values())
                .allSatisfy(html -> assertThat(html)
                        .doesNotContain(
                                " style=", "<style", "javascript:", "data:", " onclick=", "hx-on", "hx-vals=\"js")
                        .doesNotContainPattern("<script(?![^>]* src=\"/assets/)")
                        .doesNotContainPattern("(src|href)=\"(https?:)?//"));
    }

    @Test
    void templatesEscapeWhatOthersWrote() {
        String attack = "\"><script>alert(1)</script>'${7*7}";
        assertThat(pages(new Samples(attack), Texts.ENGLISH, null, Role.ADMIN).values())
                .allSatisfy(html -> assertThat(html)
                        .doesNotContain("<script>alert", "'49", "\"\"><script")
                        .contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }

    /// Gids, reasons, payloads, headers, names of accounts and targets, what alerts say: all of them reach a page as a
    /// text of one of these templates.
    @Test
    void nothingThatOthersWroteBecomesMarkup() throws IOException {
        List<String> attacks;
        try (InputStream file =
                Objects.requireNonNull(RenderingTest.class.getResourceAsStream("/markup-attacks.txt"))) {
            attacks = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        assertThat(attacks).hasSizeGreaterThanOrEqualTo(200);
        List<String> harmless = small("harmless");
        Set<String> known = names(harmless);
        for (String attack : attacks) {
            List<String> parts = small(attack);
            assertThat(names(parts)).as(attack).isSubsetOf(known);
            assertThat(scripts(parts)).as(attack).isEqualTo(scripts(harmless));
            assertThat(parts).allSatisfy(part -> assertThat(part).contains(escaped(attack)));
        }
        List<String> plain = List.copyOf(
                pages(new Samples("harmless"), Texts.ENGLISH, null, Role.ADMIN).values());
        Set<String> all = names(plain);
        // Some together, since these pages are large.
        for (int from = 0; from < attacks.size(); from += TOGETHER) {
            String some = String.join(" ", attacks.subList(from, Math.min(attacks.size(), from + TOGETHER)));
            List<String> parts = List.copyOf(
                    pages(new Samples(some), Texts.ENGLISH, null, Role.ADMIN).values());
            assertThat(names(parts)).as(some).isSubsetOf(all);
            assertThat(scripts(parts)).as(some).isEqualTo(scripts(plain));
        }
    }

    private List<String> small(String text) {
        Formats formats = Samples.formats(Texts.ENGLISH);
        Frame frame = frame("targets", formats, null, Role.ADMIN);
        DialogView question = DialogView.question(text, text, "/targets/change", Map.of("address", text))
                .asking(
                        DialogView.Field.line("name", text, text, true).valued(text),
                        DialogView.Field.select("kind", text, List.of(new DialogView.Option(text, text)), text),
                        new DialogView.Field("reason", "area", text, text, text, List.of(), true))
                .undoing(List.of(new DialogView.Step(text, text)))
                .refused(text, Map.of("name", text));
        return List.of(
                page("sheet", formats, null, Role.ADMIN, sheet(text)),
                rendering.part("dialog", "dialog", formats, frame, Map.of("view", question)),
                rendering.part("dialog", "dialog", formats, frame, Map.of("view", DialogView.secret(text, text, text))),
                rendering.part("parts", "done", formats, frame, Map.of("text", text)),
                rendering.part("parts", "refused", formats, frame, Map.of("text", text)));
    }

    /// Of tags and attributes, and of addresses that lead away or do something.
    private static Set<String> names(List<String> parts) {
        Set<String> names = new TreeSet<>();
        for (String part : parts) {
            for (MatchResult tag : (Iterable<MatchResult>) TAG.matcher(part).results()::iterator) {
                names.add(tag.group(1));
                for (MatchResult attribute :
                        (Iterable<MatchResult>) ATTRIBUTE.matcher(tag.group(2)).results()::iterator) {
                    names.add("@" + attribute.group(1));
                    String value = attribute.group(2) == null ? "" : attribute.group(2);
                    if (LEADS.contains(attribute.group(1))
                            && !HERE.matcher(value).find()) {
                        names.add(attribute.group());
                    }
                }
            }
        }
        return names;
    }

    private static int scripts(List<String> parts) {
        return String.join("", parts).split("<script", -1).length;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Test
    void aViewerGetsNoButtons() {
        String admins = pages(new Samples(""), Texts.ENGLISH, null, Role.ADMIN).get("transaction");
        String viewers =
                pages(new Samples(""), Texts.ENGLISH, null, Role.VIEWER).get("transaction");
        assertThat(admins).contains("id=\"op-ROLL_BACK\"", "id=\"op-DELETE\"");
        assertThat(viewers).doesNotContain("id=\"op-");
        assertThat(pages(new Samples(""), Texts.ENGLISH, null, Role.OPERATOR).get("transaction"))
                .contains("id=\"op-ROLL_BACK\"")
                .doesNotContain("id=\"op-DELETE\"");
    }

    Map<String, String> pages(Samples samples, Locale language, @Nullable String theme, Role role) {
        Formats formats = Samples.formats(language);
        Map<String, String> pages = new HashMap<>();
        pages.put("overview", page("overview", formats, theme, role, OverviewView.of(samples.overview(), formats)));
        pages.put(
                "transactions",
                page(
                        "transactions",
                        formats,
                        theme,
                        role,
                        TransactionsView.of(
                                new TransactionsView.Question("", false, ""),
                                samples.chosen(),
                                samples.list(),
                                samples.counts(),
                                formats)));
        pages.put(
                "transaction",
                page(
                        "transaction",
                        formats,
                        theme,
                        role,
                        TransactionView.of(samples.hanging(), role, "http://127.0.0.1:36789", formats)));
        String text = samples.text().isEmpty() ? "stock" : samples.text();
        pages.put("targets", page("sheet", formats, theme, role, sheet(text)));
        pages.put(
                "sign-in",
                page(
                        "door",
                        formats,
                        theme,
                        role,
                        new DoorPages.DoorView(
                                "Sign in",
                                text,
                                "/sign-in",
                                Map.of("next", text),
                                List.of(DialogView.Field.line("account", "Account", "", true)
                                        .valued(text)),
                                "Sign in",
                                text)));
        return pages;
    }

    private static SheetView sheet(String text) {
        SheetView.Button button = SheetView.Button.dialog(text, Links.transaction(text), "pause", true);
        List<SheetView.Cell> row = List.of(
                SheetView.Cell.state(StateView.PAUSED),
                SheetView.Cell.mono(text, text, Links.transaction(text)),
                SheetView.Cell.text(text, text),
                SheetView.Cell.number(text),
                SheetView.Cell.words(text),
                SheetView.Cell.time(Samples.NOW),
                SheetView.Cell.age(Samples.NOW),
                SheetView.Cell.bar(text, "40%", "ok"),
                SheetView.Cell.buttons(List.of(button, SheetView.Button.link(text, "/", ""))));
        List<SheetView.Column> columns =
                row.stream().map(cell -> new SheetView.Column(text, "")).toList();
        SheetView.Search search = new SheetView.Search(
                "/audit",
                List.of(DialogView.Field.line("operator", text, text, false).valued(text)));
        SheetView.Empty empty = new SheetView.Empty(text, text, "calm");
        return new SheetView(
                "targets",
                text,
                text,
                List.of(new SheetView.Tab(text, "/settings", true)),
                List.of(button),
                text,
                List.of(
                        new SheetView.Table(text, text, List.of(button), search, columns, List.of(row), empty, "/next"),
                        new SheetView.Table(text, "", List.of(), SheetView.Search.NONE, columns, List.of(), empty, "")),
                "/targets?part=live");
    }

    @Test
    void dialogsAskAndShow() {
        Formats formats = Samples.formats(Texts.ENGLISH);
        Frame frame = frame("targets", formats, null, Role.ADMIN);
        String attack = "\"><script>alert(1)</script>";
        DialogView question = DialogView.question(attack, attack, "/targets/change", Map.of("address", attack))
                .asking(
                        DialogView.Field.line("name", attack, attack, true).valued(attack),
                        DialogView.Field.select("kind", attack, List.of(new DialogView.Option(attack, attack)), attack),
                        new DialogView.Field("reason", "area", attack, attack, attack, List.of(), true),
                        new DialogView.Field("last", "check", attack, "", "", List.of(), false))
                .undoing(List.of(new DialogView.Step(attack, attack)))
                .dangerous()
                .refused(attack, Map.of("name", attack));
        String html = rendering.part("dialog", "dialog", formats, frame, Map.of("view", question));
        assertThat(html)
                .startsWith("<form")
                .contains("hx-post=\"/targets/change\"", "name=\"_csrf\"", "role=\"alert\"", "<option", "required")
                .doesNotContain("<script>");
        assertThat(rendering.part("parts", "done", formats, frame, Map.of("text", attack)))
                .contains("notice is-ok", "&lt;script&gt;");
        assertThat(rendering.part("parts", "refused", formats, frame, Map.of("text", attack)))
                .contains("notice is-park", "&lt;script&gt;");
    }

    @Test
    void callsSayThatThereAreMoreAndWhatBelongsToThem() {
        String html = pages(new Samples(""), Texts.ENGLISH, null, Role.VIEWER).get("transaction");
        assertThat(html).contains("×14+", "attempts=200\"", ">UNAVAILABLE</small>");
    }

    @Test
    void aLiveRegionIsAPartOfItsPage() {
        Formats formats = Samples.formats(Texts.ENGLISH);
        Map<String, Object> model =
                Map.of("view", OverviewView.of(new Samples("").overview(), formats), "version", "v2");
        String html = rendering.part("overview", "live", formats, frame("overview", formats, null, Role.ADMIN), model);
        assertThat(html)
                .startsWith("<div id=\"live\"")
                .contains("data-version=\"v2\"")
                .doesNotContain("<html", "<nav");
    }

    private String page(String template, Formats formats, @Nullable String theme, Role role, Object view) {
        Map<String, Object> model = new HashMap<>();
        model.put("view", view);
        model.put("version", "v1");
        String section = template.equals("transaction") ? "transactions" : template;
        return rendering.page(template, formats, frame(section, formats, theme, role), model);
    }

    private Frame frame(String section, Formats formats, @Nullable String theme, Role role) {
        return new Frame(
                formats.language().getLanguage(),
                formats.language().equals(Texts.CHINESE) ? "en" : "zh",
                "/language?to=zh",
                formats.zone().getId(),
                theme,
                assets.folder(),
                "{\"X-CSRF-Token\":\"csrf\"}",
                "csrf",
                "mei",
                role,
                true,
                Frame.links(section, "46"));
    }

    private void keep(String name, String html) {
        try {
            Path folder = PAGES.resolve(assets.folder().substring(1));
            Files.createDirectories(folder);
            for (String asset : new String[] {"page.css", "page.js", "htmx.js", "icons.svg", "mark.svg"}) {
                Files.write(
                        folder.resolve(asset), assets.find(asset).orElseThrow().bytes());
            }
            Files.writeString(PAGES.resolve(name), html);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
