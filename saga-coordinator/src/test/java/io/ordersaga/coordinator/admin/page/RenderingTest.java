package io.ordersaga.coordinator.admin.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.saga.v1.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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
                assertThat(pages.values()).isNotEmpty().allSatisfy(html -> assertThat(html)
                        .contains("</html>")
                        .doesNotContain("??"));
                pages.forEach((name, html) -> keep(name + "-" + language.getLanguage() + "-" + theme + ".html", html));
            }
        }
    }

    Map<String, String> pages(Samples samples, Locale language, @Nullable String theme, Role role) {
        Formats formats = Samples.formats(language);
        Map<String, String> pages = new HashMap<>();
        pages.put(
                "overview",
                page("overview", formats, theme, role, OverviewView.of(samples.overview(), formats)));
        pages.put(
                "transactions",
                page(
                        "transactions",
                        formats,
                        theme,
                        role,
                        TransactionsView.of(
                                new TransactionsView.Question("", false, ""),
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
        return pages;
    }

    private String page(String template, Formats formats, @Nullable String theme, Role role, Object view) {
        Frame frame = new Frame(
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
                Frame.links(template.equals("transaction") ? "transactions" : template, "46"));
        Map<String, Object> model = new HashMap<>();
        model.put("view", view);
        model.put("version", "v1");
        return rendering.page(template, formats, frame, model);
    }

    private void keep(String name, String html) {
        try {
            Path folder = PAGES.resolve(assets.folder().substring(1));
            Files.createDirectories(folder);
            for (String asset : new String[] {"page.css", "page.js", "htmx.js", "icons.svg", "mark.svg"}) {
                Files.write(folder.resolve(asset), assets.find(asset).orElseThrow().bytes());
            }
            Files.writeString(PAGES.resolve(name), html);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
