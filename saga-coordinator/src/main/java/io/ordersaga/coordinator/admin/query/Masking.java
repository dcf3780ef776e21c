package io.ordersaga.coordinator.admin.query;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.saga.v1.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Shows what participants get without what is nobody's business. What cannot be read far enough to mask it is not
/// shown. Thread-safe.
public final class Masking {

    static final String MASK = "***";

    /// Of bytes that are no text.
    private static final int HEX_BYTES_MAX = 512;
    /// Larger texts are not read as JSON, and so not shown.
    private static final int JSON_BYTES_MAX = 1_000_000;

    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Za-z0-9_.\\-]{1,64})=([^&\\s;,]++)");
    /// A name and what it stands for, as texts, JSON and headers have it. A value ends where its quote does.
    private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9_.\\-]{1,64})\\\\?[\"']?\\s{0,3}[=:]\\s{0,3}"
            + "(\\\\\"[^\"]*+\"?|\"(?:[^\"\\\\]++|\\\\.)*+\"?|'[^']*+'?"
            + "|(?:(?:Bearer|Basic)\\s{1,3})?[^&\\s;,\"'\\\\})\\]]++)");
    private static final Pattern PASSWORD_IN_ADDRESS = Pattern.compile("://[^/?#\\s\"'<>]{1,512}@");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<Pattern> names;
    private final int shownMax;

    public Masking(MaskingSettings settings) {
        this.names = settings.fields().stream().map(Masking::pattern).toList();
        this.shownMax = settings.shownMax();
    }

    private static Pattern pattern(String glob) {
        List<String> parts = new ArrayList<>();
        for (String part : glob.toLowerCase(Locale.ROOT).split("\\*", -1)) {
            parts.add(Pattern.quote(part));
        }
        return Pattern.compile(String.join(".*", parts), Pattern.DOTALL);
    }

    boolean hides(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        return names.stream().anyMatch(pattern -> pattern.matcher(small).matches());
    }

    Payload payload(Bytes content) {
        Payload.Builder shown = Payload.newBuilder().setSize(content.size());
        if (content.isEmpty()) {
            return shown.setForm(Payload.Form.EMPTY).build();
        }
        byte[] bytes = content.toArray();
        Optional<String> text = text(bytes);
        if (text.isEmpty()) {
            byte[] head = Arrays.copyOf(bytes, Math.min(bytes.length, HEX_BYTES_MAX));
            return shown.setForm(Payload.Form.HEX)
                    .setText(HexFormat.of().formatHex(head))
                    .setCut(head.length < bytes.length)
                    .build();
        }
        if (bytes.length > JSON_BYTES_MAX) {
            return shown.setForm(Payload.Form.TEXT).setCut(true).build();
        }
        return text(text.get(), shown);
    }

    private Payload text(String text, Payload.Builder shown) {
        int[] masked = {0};
        String first = text.stripLeading();
        if (first.startsWith("{") || first.startsWith("[")) {
            try {
                JsonNode json = masked(JSON.readTree(text), masked);
                shown.setForm(Payload.Form.JSON);
                return cut(json.toPrettyString(), shown.setMasked(masked[0]));
            } catch (JacksonException notJson) {
                shown.setForm(Payload.Form.TEXT);
            }
        }
        shown.setForm(Payload.Form.TEXT);
        return cut(text(text, masked), shown.setMasked(masked[0]));
    }

    private Payload cut(String text, Payload.Builder shown) {
        boolean whole = text.length() <= shownMax;
        return shown.setText(whole ? text : text.substring(0, shownMax))
                .setCut(!whole)
                .build();
    }

    private JsonNode masked(JsonNode node, int[] masked) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                if (hides(name)) {
                    object.put(name, MASK);
                    masked[0]++;
                } else {
                    var _ = masked(object.path(name), masked);
                }
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(each -> {
                var _ = masked(each, masked);
            });
        }
        return node;
    }

    private String assignments(String text) {
        StringBuilder shown = new StringBuilder();
        Matcher assignment = ASSIGNMENT.matcher(text);
        while (assignment.find()) {
            boolean hidden = hides(assignment.group(1));
            assignment.appendReplacement(
                    shown, Matcher.quoteReplacement(hidden ? assignment.group(1) + "=" + MASK : assignment.group()));
        }
        return assignment.appendTail(shown).toString();
    }

    /// What a participant said, without what it gave away.
    public String text(String text) {
        return text(text, new int[1]);
    }

    private String text(String text, int[] masked) {
        Matcher address = PASSWORD_IN_ADDRESS.matcher(text);
        String whole = address.replaceAll(found -> {
            masked[0]++;
            return "://" + MASK + "@";
        });
        Matcher pair = PAIR.matcher(whole);
        StringBuilder shown = new StringBuilder();
        int copied = 0;
        int next = 0;
        while (pair.find(next)) {
            next = pair.end(1);
            if (hides(pair.group(1))) {
                String value = pair.group(2);
                String quote = quote(value);
                shown.append(whole, copied, pair.start(2))
                        .append(quote)
                        .append(MASK)
                        .append(quote);
                masked[0]++;
                copied = pair.end();
                next = copied;
            }
        }
        return shown.append(whole, copied, whole.length()).toString();
    }

    private static String quote(String value) {
        if (value.startsWith("\\\"")) {
            return "\\\"";
        }
        return value.startsWith("\"") || value.startsWith("'") ? value.substring(0, 1) : "";
    }

    /// Without a password before the host, and with parameters masked.
    public String url(String url) {
        int scheme = url.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        int end = start;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        int user = url.lastIndexOf('@', end - 1);
        String plain = user < start ? url : url.substring(0, start) + MASK + url.substring(user);
        return assignments(plain);
    }

    SortedMap<String, String> headers(Map<String, String> headers) {
        SortedMap<String, String> shown = new TreeMap<>();
        headers.forEach((name, value) -> shown.put(name, hides(name) ? MASK : value));
        return shown;
    }

    /// Empty when it is none.
    private static Optional<String> text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            boolean readable = text.chars()
                    .allMatch(each -> each == '\n' || each == '\r' || each == '\t' || !Character.isISOControl(each));
            return readable ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }
}
