package io.ordersaga.coordinator.admin.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The palette against WCAG 2.2 AA, by its own formula: 4.5 for texts, 3 for edges of fields and for marks.
class ContrastTest {

    private static final Pattern COLOUR =
            Pattern.compile("--([a-z0-9-]+): (?:light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)|(#[0-9a-f]{6}));");
    private static final List<String> STATES = List.of("run", "back", "ok", "undone", "park", "calm");

    private final String css =
            new String(new Assets().find("page.css").orElseThrow().bytes(), StandardCharsets.UTF_8);

    @Test
    void lightIsReadable() {
        check(colours(2));
    }

    @Test
    void darkIsReadable() {
        check(colours(3));
    }

    private static void check(Map<String, String> colours) {
        for (String ground : List.of("canvas", "surface", "sunken")) {
            for (String ink : List.of("ink", "ink-2", "ink-3", "accent")) {
                atLeast(4.5, ink, ground, colours);
            }
        }
        for (String state : STATES) {
            atLeast(4.5, state + "-ink", state + "-soft", colours);
            atLeast(4.5, state + "-ink", "surface", colours);
            atLeast(4.5, "ink", state + "-soft", colours);
            atLeast(3, state, "surface", colours);
            atLeast(3, state, "sunken", colours);
        }
        atLeast(4.5, "accent-ink", "accent", colours);
        atLeast(4.5, "ink", "accent-soft", colours);
        atLeast(4.5, "nav-ink", "nav", colours);
        atLeast(4.5, "nav-ink", "nav-on", colours);
        atLeast(3, "line-strong", "surface", colours);
        atLeast(3, "focus", "canvas", colours);
        atLeast(4.5, "surface", "park-ink", colours);
    }

    private static void atLeast(double least, String ink, String ground, Map<String, String> colours) {
        double one = luminance(colours, ink);
        double other = luminance(colours, ground);
        double contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        assertThat(contrast).as(ink + " on " + ground).isGreaterThanOrEqualTo(least);
    }

    private static double luminance(Map<String, String> colours, String name) {
        String colour = colours.get(name);
        assertThat(colour).as(name).isNotNull();
        int rgb = Integer.parseInt(String.valueOf(colour).substring(1), 16);
        return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8 & 255) + 0.0722 * linear(rgb & 255);
    }

    private static double linear(int channel) {
        double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    /// @param group of the pattern, for a colour that differs between the themes
    private Map<String, String> colours(int group) {
        Map<String, String> colours = new HashMap<>();
        int start = css.indexOf(":root {");
        Matcher matcher = COLOUR.matcher(css.substring(start, css.indexOf('}', start)));
        while (matcher.find()) {
            String both = matcher.group(4);
            colours.put(matcher.group(1), both == null ? matcher.group(group) : both);
        }
        return colours;
    }
}
