package io.ordersaga.coordinator.admin.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Both languages say everything, with the same gaps, and templates ask for nothing else.
class TextsTest {

    private static final Pattern GAP = Pattern.compile("\\{[a-z0-9_]+}");
    private static final Pattern ASKED = Pattern.compile("#\\{([a-zA-Z][a-zA-Z0-9._-]*)[(}]");

    private final Properties english = bundle("messages.properties");
    private final Properties chinese = bundle("messages_zh.properties");

    @Test
    void bothLanguagesHaveTheSameKeys() {
        assertThat(chinese.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
    }

    @Test
    void bothLanguagesHaveTheSameGapsAndNoneIsEmpty() {
        assertThat(english.stringPropertyNames()).allSatisfy(key -> {
            assertThat(english.getProperty(key)).isNotBlank();
            assertThat(chinese.getProperty(key)).isNotBlank();
            assertThat(gaps(chinese.getProperty(key))).as(key).isEqualTo(gaps(english.getProperty(key)));
            // A single quote would start a text that no gap is filled in.
            assertThat(english.getProperty(key) + chinese.getProperty(key)).doesNotContain("'");
        });
    }

    @Test
    void templatesAskForTextsThatThereAre() throws IOException {
        Set<String> asked = new TreeSet<>();
        try (Stream<Path> templates = Files.list(Path.of("src/main/resources/page/templates"))) {
            for (Path template : templates.toList()) {
                Matcher matcher = ASKED.matcher(Files.readString(template));
                while (matcher.find()) {
                    asked.add(matcher.group(1));
                }
            }
        }
        assertThat(asked).isNotEmpty().isSubsetOf(english.stringPropertyNames());
    }

    @Test
    void aSentenceWithoutAllItsArgumentsIsLeftToTheApi() {
        Texts texts = new Texts();
        assertThat(texts.sentence(Texts.ENGLISH, "why.waiting", Map.of("due", "10:02", "wait", "4s")))
                .contains("It goes on at 10:02, in 4s.");
        assertThat(texts.sentence(Texts.CHINESE, "why.waiting", Map.of("due", "10:02")))
                .isEmpty();
        assertThat(texts.sentence(Texts.ENGLISH, "why.nobody-knows", Map.of())).isEmpty();
    }

    private static Set<String> gaps(String text) {
        Set<String> gaps = new TreeSet<>();
        Matcher matcher = GAP.matcher(text);
        while (matcher.find()) {
            gaps.add(matcher.group());
        }
        return gaps;
    }

    private static Properties bundle(String name) {
        Properties properties = new Properties();
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(TextsTest.class.getResourceAsStream("/page/messages/" + name)),
                StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return properties;
    }
}
