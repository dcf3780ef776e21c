package io.ordersaga.coordinator.admin.query;

import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.SagaStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/// Which transactions somebody means: terms that all hold. The one grammar of lists, counts, batches and the page is
/// in docs/admin.md, and [FilterParser] reads it. Immutable; means the same whoever evaluates it, but for times that
/// are
/// relative to the moment of evaluation, by the database's clock.
///
/// @param text as it was written, without blanks at its ends
public record Filter(String text, List<Term> terms) {

    /// In characters.
    public static final int TEXT_LENGTH_MAX = 1000;
    public static final int TERMS_MAX = 20;

    public static final Filter ALL = new Filter("", List.of());

    public Filter {
        terms = List.copyOf(terms);
    }

    /// Reads a filter.
    ///
    /// @param text empty selects everything
    /// @throws FilterException that names the place which is not understood
    public static Filter parse(String text) {
        return new FilterParser(text).filter();
    }

    public boolean selectsAll() {
        return terms.isEmpty();
    }

    /// The same with one more term, which the grammar of docs/admin.md understands.
    public Filter and(String term) {
        return parse(text.isEmpty() ? term : text + ' ' + term);
    }

    /// Whether a condition of it is just this one, which the grammar of docs/admin.md understands.
    boolean has(String term) {
        return terms.containsAll(parse(term).terms);
    }

    /// The same without this condition, wherever it stands.
    Filter without(String term) {
        List<Term> unwanted = parse(term).terms;
        List<String> written = new FilterParser(text).written();
        StringJoiner rest = new StringJoiner(" ");
        for (int place = 0; place < written.size(); place++) {
            if (!unwanted.contains(terms.get(place))) {
                rest.add(written.get(place));
            }
        }
        return parse(rest.toString());
    }

    /// A value as it stands in a filter, quoted when it has to be.
    public static String quoted(String value) {
        boolean plain = !value.isEmpty()
                && value.chars().noneMatch(each -> each <= ' ' || each == '"' || each == '\\' || each == '*');
        return plain ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// One condition.
    public sealed interface Term {}

    /// The status is one of these.
    public record StatusIn(Set<SagaStatus> statuses) implements Term {

        public StatusIn {
            statuses = Set.copyOf(statuses);
        }
    }

    /// The mode is one of these: [Mode#wireName].
    public record ModeIn(Set<String> modes) implements Term {

        public ModeIn {
            modes = Set.copyOf(modes);
        }
    }

    /// A text is, starts with, or contains another. Only the last does not tell capital letters from small ones.
    public record TextTerm(TextField field, Match match, String value) implements Term {}

    /// The tag of that name is, or starts with, a value.
    public record TagTerm(String name, Match match, String value) implements Term {}

    public record TimeTerm(TimeField field, Comparison comparison, Moment moment) implements Term {}

    /// From its submit to its end, or until now.
    public record DurationTerm(Comparison comparison, Duration duration) implements Term {}

    /// Rounds in a row without a definite answer.
    public record AttemptsTerm(Comparison comparison, int attempts) implements Term {}

    /// Whether it waits for a person, by itself.
    public record ParkedTerm(boolean parked) implements Term {}

    /// Whether somebody wants it left alone.
    public record PausedTerm(boolean paused) implements Term {}

    public enum Match {
        IS,
        STARTS,
        CONTAINS
    }

    /// What texts there are, and which questions they answer.
    public enum TextField {
        GID("gid", true, true, false),
        /// The business key.
        KEY("key", true, true, false),
        /// The node that works on it.
        OWNER("owner", true, false, false),
        /// Address of the last call that brought no success.
        TARGET("target", true, false, true),
        /// Scheme, host and port of the target whose next call it waits for.
        WAITS("waits", true, false, false),
        /// What that call was told.
        ERROR("error", false, false, true),
        /// What errors of its kind have in common; `none` is a transaction without any.
        FINGERPRINT("fingerprint", true, false, false),
        /// Why it is rolled back, or parked.
        REASON("reason", false, false, true),
        /// What people wrote down.
        NOTE("note", false, false, true);

        private final String word;
        private final boolean is;
        private final boolean starts;
        private final boolean contains;

        TextField(String word, boolean is, boolean starts, boolean contains) {
            this.word = word;
            this.is = is;
            this.starts = starts;
            this.contains = contains;
        }

        public String word() {
            return word;
        }

        boolean answers(Match match) {
            return switch (match) {
                case IS -> is;
                case STARTS -> starts;
                case CONTAINS -> contains;
            };
        }

        /// Whether its column knows nothing else.
        boolean isAscii() {
            return this == GID || this == KEY || this == OWNER || this == FINGERPRINT;
        }
    }

    public enum TimeField {
        CREATED("created"),
        UPDATED("updated"),
        FINISHED("finished"),
        /// When it goes on.
        DUE("due");

        private final String word;

        TimeField(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public enum Comparison {
        LESS("<"),
        AT_MOST("<="),
        AT_LEAST(">="),
        MORE(">");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    public sealed interface Moment {

        /// By the clock of whoever evaluates it.
        Instant from(Instant now);

        record At(Instant instant) implements Moment {

            @Override
            public Instant from(Instant now) {
                return instant;
            }
        }

        /// Relative to the evaluation.
        ///
        /// @param past so long before the evaluation; negative is after it
        record Ago(Duration past) implements Moment {

            @Override
            public Instant from(Instant now) {
                return now.minus(past);
            }
        }
    }

    static String modes() {
        return Mode.ALL.stream().map(Mode::wireName).collect(Collectors.joining(", "));
    }
}
