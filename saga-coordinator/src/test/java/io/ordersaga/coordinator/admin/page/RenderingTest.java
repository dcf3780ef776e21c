package io.ordersaga.coordinator.admin.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.saga.v1.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The templates with answers that no server had to be started for. What they become is kept in target/pages, to be
/// looked at.
class RenderingTest {

    private static final Path PAGES = Path.of("target/pages");

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
