package io.ordersaga.coordinator.admin.query;

import io.ordersaga.coordinator.admin.query.Filter.AttemptsTerm;
import io.ordersaga.coordinator.admin.query.Filter.Comparison;
import io.ordersaga.coordinator.admin.query.Filter.DurationTerm;
import io.ordersaga.coordinator.admin.query.Filter.Match;
import io.ordersaga.coordinator.admin.query.Filter.ModeIn;
import io.ordersaga.coordinator.admin.query.Filter.Moment;
import io.ordersaga.coordinator.admin.query.Filter.ParkedTerm;
import io.ordersaga.coordinator.admin.query.Filter.PausedTerm;
import io.ordersaga.coordinator.admin.query.Filter.StatusIn;
import io.ordersaga.coordinator.admin.query.Filter.TagTerm;
import io.ordersaga.coordinator.admin.query.Filter.Term;
import io.ordersaga.coordinator.admin.query.Filter.TextField;
import io.ordersaga.coordinator.admin.query.Filter.TextTerm;
import io.ordersaga.coordinator.admin.query.Filter.TimeField;
import io.ordersaga.coordinator.admin.query.Filter.TimeTerm;
import io.ordersaga.coordinator.engine.Labels;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.SagaStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Reads a [Filter], one term after the other. One use.
final class FilterParser {

    private static final String FIELDS = "status, mode, gid, key, tag:<name>, created, updated, finished, due,"
            + " duration, attempts, target, waits, error, fingerprint, reason, note, owner, parked or paused";
    /// Two letters first.
    private static final List<String> OPERATORS = List.of("<=", ">=", "=", "<", ">", "~");

    private final String text;
    private int next;

    FilterParser(String text) {
        this.text = text;
    }

    /// A value, and where it stands.
    ///
    /// @param quoted whether a `*` at its end is just a character
    private record Value(int position, String text, boolean quoted) {

        FilterException wrong(String expected) {
            return new FilterException(position, expected + ", not '" + shown(text) + "'");
        }
    }

    Filter filter() {
        if (text.length() > Filter.TEXT_LENGTH_MAX) {
            throw new FilterException(
                    Filter.TEXT_LENGTH_MAX + 1, "a filter has at most " + Filter.TEXT_LENGTH_MAX + " characters");
        }
        List<Term> terms = new ArrayList<>();
        skipBlanks();
        while (next < text.length()) {
            if (terms.size() == Filter.TERMS_MAX) {
                throw new FilterException(next + 1, "a filter has at most " + Filter.TERMS_MAX + " terms");
            }
            terms.add(term());
            if (next < text.length() && !isBlank(text.charAt(next))) {
                throw new FilterException(next + 1, "expected a blank between two terms");
            }
            skipBlanks();
        }
        return new Filter(text.strip(), terms);
    }

    /// Each term as it was written.
    List<String> written() {
        List<String> terms = new ArrayList<>();
        skipBlanks();
        while (next < text.length()) {
            int start = next;
            var _ = term();
            terms.add(text.substring(start, next));
            skipBlanks();
        }
        return terms;
    }

    private Term term() {
        int start = next;
        while (next < text.length() && isWord(text.charAt(next))) {
            next++;
        }
        String word = text.substring(start, next).toLowerCase(Locale.ROOT);
        String operator = operator(start, word);
        Value value = value();
        if (word.startsWith("tag:")) {
            return tag(start, word.substring("tag:".length()), operator, value);
        }
        return switch (word) {
            case "status" -> new StatusIn(statuses(equals(start, word, operator, value)));
            case "mode" -> new ModeIn(modes(equals(start, word, operator, value)));
            case "parked" -> new ParkedTerm(flag(equals(start, word, operator, value)));
            case "paused" -> new PausedTerm(flag(equals(start, word, operator, value)));
            case "attempts" -> attempts(start, operator, value);
            case "duration" -> new DurationTerm(comparison(start, word, operator), duration(value, value.text()));
            default -> {
                Optional<TimeField> time = Arrays.stream(TimeField.values())
                        .filter(field -> field.word().equals(word))
                        .findFirst();
                yield time.<Term>map(field -> new TimeTerm(field, comparison(start, word, operator), moment(value)))
                        .orElseGet(() -> text(start, word, operator, value));
            }
        };
    }

    private String operator(int start, String word) {
        for (String operator : OPERATORS) {
            if (text.startsWith(operator, next)) {
                if (word.isEmpty()) {
                    throw new FilterException(start + 1, "expected " + FIELDS);
                }
                next += operator.length();
                return operator;
            }
        }
        if (word.isEmpty()) {
            throw new FilterException(start + 1, "expected " + FIELDS);
        }
        throw new FilterException(
                next + 1,
                "expected =, ~, <, <=, > or >= behind '" + shown(word) + "', such as gid="
                        + shown(text.substring(start, next)) + "*");
    }

    private Value value() {
        int start = next;
        if (next < text.length() && text.charAt(next) == '"') {
            return quotedValue();
        }
        while (next < text.length() && !isBlank(text.charAt(next))) {
            if (text.charAt(next) == '"') {
                throw new FilterException(next + 1, "a value that has a quote in it has to begin with one, too");
            }
            next++;
        }
        if (next == start) {
            throw new FilterException(start + 1, "expected a value");
        }
        return new Value(start + 1, text.substring(start, next), false);
    }

    private Value quotedValue() {
        int start = next++;
        StringBuilder value = new StringBuilder();
        while (next < text.length() && text.charAt(next) != '"') {
            if (text.charAt(next) == '\\' && next + 1 < text.length()) {
                next++;
            }
            value.append(text.charAt(next++));
        }
        if (next >= text.length()) {
            throw new FilterException(start + 1, "this quote has no end");
        }
        next++;
        return new Value(start + 1, value.toString(), true);
    }

    private static Value equals(int start, String word, String operator, Value value) {
        if (!operator.equals("=")) {
            throw new FilterException(start + 1, word + " goes with = only");
        }
        return value;
    }

    private static Comparison comparison(int start, String word, String operator) {
        return Arrays.stream(Comparison.values())
                .filter(comparison -> comparison.sign().equals(operator))
                .findFirst()
                .orElseThrow(() -> new FilterException(start + 1, word + " goes with <, <=, > and >="));
    }

    private static Set<SagaStatus> statuses(Value value) {
        Set<SagaStatus> statuses = EnumSet.noneOf(SagaStatus.class);
        for (String name : value.text().split(",", -1)) {
            statuses.add(Arrays.stream(SagaStatus.values())
                    .filter(status -> status.name().equalsIgnoreCase(name)
                            || status.wireName().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> value.wrong(
                            "expected prepared, submitted, aborting, succeeded or failed, with commas between them")));
        }
        return statuses;
    }

    private static Set<String> modes(Value value) {
        Set<String> modes = new HashSet<>();
        for (String name : value.text().split(",", -1)) {
            modes.add(Mode.named(name.toLowerCase(Locale.ROOT))
                    .map(Mode::wireName)
                    .orElseThrow(() -> value.wrong("expected " + Filter.modes() + ", with commas between them")));
        }
        return modes;
    }

    private static boolean flag(Value value) {
        return switch (value.text().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw value.wrong("expected true or false");
        };
    }

    private static Term attempts(int start, String operator, Value value) {
        Comparison comparison = comparison(start, "attempts", operator);
        if (!value.text().matches("\\d{1,9}")) {
            throw value.wrong("expected a number of at most nine digits");
        }
        return new AttemptsTerm(comparison, Integer.parseInt(value.text()));
    }

    private static Term tag(int start, String name, String operator, Value value) {
        if (name.isEmpty() || name.length() > Labels.NAME_LENGTH_MAX) {
            throw new FilterException(
                    start + 1, "expected tag:<name>, of at most " + Labels.NAME_LENGTH_MAX + " letters");
        }
        Value whole = ascii(equals(start, "tag:" + name, operator, value));
        return startsWith(whole)
                ? new TagTerm(name, Match.STARTS, beginning(whole))
                : new TagTerm(name, Match.IS, whole.text());
    }

    private static Term text(int start, String word, String operator, Value value) {
        TextField field = Arrays.stream(TextField.values())
                .filter(known -> known.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new FilterException(start + 1, "expected " + FIELDS + ", not '" + shown(word) + "'"));
        Match match = switch (operator) {
            case "~" -> Match.CONTAINS;
            case "=" -> startsWith(value) ? Match.STARTS : Match.IS;
            default -> throw new FilterException(start + 1, word + " goes with = or ~");
        };
        if (!field.answers(match)) {
            throw new FilterException(
                    start + 1,
                    switch (match) {
                        case CONTAINS -> word + " goes with = only";
                        case IS -> word + " goes with ~ only";
                        case STARTS -> word + " takes no *";
                    });
        }
        if (field.isAscii()) {
            var _ = ascii(value);
        }
        String wanted = match == Match.STARTS ? beginning(value) : value.text();
        if (wanted.isEmpty() && match != Match.STARTS) {
            throw value.wrong("expected something to look for");
        }
        return new TextTerm(field, match, wanted);
    }

    private static Value ascii(Value value) {
        if (!value.text().chars().allMatch(each -> each >= ' ' && each <= '~')) {
            throw value.wrong("expected printable ASCII");
        }
        return value;
    }

    private static boolean startsWith(Value value) {
        return !value.quoted() && value.text().endsWith("*");
    }

    private static String beginning(Value value) {
        return value.text().substring(0, value.text().length() - 1);
    }

    /// `2026-11-21`, `2026-11-21T10:00`, `2026-11-21T10:00:00.5Z`, `2026-11-21T10:00+01:00`; without a zone it is UTC.
    /// Or
    /// `-15m`: so long ago.
    private static Moment moment(Value value) {
        String text = value.text();
        if (text.startsWith("-") || text.startsWith("+")) {
            Duration distance = duration(value, text.substring(1));
            return new Moment.Ago(text.startsWith("-") ? distance : distance.negated());
        }
        try {
            Instant instant = instant(text);
            int year = instant.atOffset(ZoneOffset.UTC).getYear();
            if (year < 1970 || year > 9998) {
                throw value.wrong("expected a year from 1970 to 9998");
            }
            return new Moment.At(instant);
        } catch (DateTimeParseException notATime) {
            throw value.wrong("expected a time such as 2026-11-21T10:00Z, or -15m for a quarter of an hour ago");
        }
    }

    private static Instant instant(String text) {
        if (text.length() <= "2026-11-21".length()) {
            return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        return text.matches(".*(?:Z|[+-]\\d\\d:\\d\\d)")
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }

    /// `90s`, `1h30m`, `500ms`, `2d`.
    private static Duration duration(Value value, String text) {
        if (!text.matches("(?:\\d{1,9}(?:ms|[dhms]))+") || text.length() > 40) {
            throw value.wrong("expected a duration such as 500ms, 90s, 15m, 1h30m or 7d");
        }
        try {
            Duration duration = Duration.ZERO;
            int start = 0;
            while (start < text.length()) {
                int unit = start;
                while (Character.isDigit(text.charAt(unit))) {
                    unit++;
                }
                int end = unit + (text.startsWith("ms", unit) ? 2 : 1);
                long number = Long.parseLong(text.substring(start, unit));
                duration = duration.plus(
                        switch (text.substring(unit, end)) {
                            case "ms" -> Duration.ofMillis(number);
                            case "s" -> Duration.ofSeconds(number);
                            case "m" -> Duration.ofMinutes(number);
                            case "h" -> Duration.ofHours(number);
                            default -> Duration.ofDays(number);
                        });
                start = end;
            }
            if (duration.toDays() > 36_500) {
                throw value.wrong("expected at most 36500d");
            }
            return duration;
        } catch (ArithmeticException | DateTimeException tooLong) {
            throw value.wrong("expected at most 36500d");
        }
    }

    private void skipBlanks() {
        while (next < text.length() && isBlank(text.charAt(next))) {
            next++;
        }
    }

    private static boolean isBlank(char character) {
        return Character.isWhitespace(character);
    }

    private static boolean isWord(char character) {
        return "=~<>\"".indexOf(character) < 0 && !isBlank(character);
    }

    private static String shown(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
