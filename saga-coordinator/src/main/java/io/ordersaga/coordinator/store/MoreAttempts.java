package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Op;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The column `more` of the journal: the calls of a row behind its first one, as JSON that people can read.
final class MoreAttempts {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /// Characters of one attempt, about.
    private static final int USUAL_LENGTH = 200;

    private MoreAttempts() {}

    /// Written by hand: it is the most frequent text that a coordinator writes, and always of the same few words.
    static String text(List<Attempt> attempts) {
        StringBuilder text = new StringBuilder(USUAL_LENGTH * attempts.size());
        char separator = '[';
        for (Attempt attempt : attempts) {
            text.append(separator).append("{\"step\":").append(attempt.step());
            quoted(text.append(",\"op\":"), attempt.op().wireName());
            if (attempt.attempt() != 0) {
                text.append(",\"attempt\":").append(attempt.attempt());
            }
            text.append(",\"started\":\"").append(attempt.started());
            text.append("\",\"took_micros\":").append(attempt.took().toNanos() / 1_000);
            quoted(text.append(",\"target\":"), attempt.target());
            quoted(text.append(",\"outcome\":"), attempt.outcome());
            if (!attempt.detail().isEmpty()) {
                quoted(text.append(",\"detail\":"), attempt.detail());
            }
            text.append('}');
            separator = ',';
        }
        return text.append(']').toString();
    }

    private static void quoted(StringBuilder text, String value) {
        text.append('"');
        for (int index = 0; index < value.length(); index++) {
            char character = value.charAt(index);
            if (character == '"' || character == '\\') {
                text.append('\\').append(character);
            } else if (character < ' ') {
                text.append("\\u%04x".formatted((int) character));
            } else {
                text.append(character);
            }
        }
        text.append('"');
    }

    /// @param first of the same row
    static List<Attempt> read(Attempt first, String text) {
        List<Attempt> attempts = new ArrayList<>();
        for (JsonNode each : MAPPER.readTree(text)) {
            attempts.add(new Attempt(
                    first.sagaId(),
                    each.path("step").asInt(),
                    op(each.path("op").asString()),
                    each.path("attempt").asInt(0),
                    Instant.parse(each.path("started").asString()),
                    Duration.ofNanos(each.path("took_micros").asLong() * 1_000),
                    first.node(),
                    each.path("target").asString(),
                    each.path("outcome").asString(),
                    each.path("detail").asString(""),
                    first.traceId()));
        }
        return attempts;
    }

    static Op op(String name) {
        return Arrays.stream(Op.values())
                .filter(known -> known.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("unknown op " + name));
    }
}
