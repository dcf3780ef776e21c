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
import io.ordersaga.coordinator.engine.Hold;
import io.ordersaga.coordinator.engine.SagaStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.ToLongFunction;

/// How a filter becomes SQL: fixed fragments with names for values, never a character of the filter itself. What
/// decides is one expression over the row (`fits`), true for exactly the transactions that the filter selects; where
/// rows come from ([Candidates]) only saves looking at others.
///
/// @param fits over `saga s`, and `saga_trouble t` when it looks at that
/// @param values of the names in it and in the candidates
/// @param fromId no transaction that fits has a smaller id
/// @param toId no transaction that fits has a larger one
record FilterPlan(
        String fits,
        boolean looksAtTrouble,
        Map<String, Object> values,
        Candidates candidates,
        long fromId,
        long toId) {

    /// How far a node's clock, which ids are made of, may be from the database's, which `created` is made of.
    private static final Duration CLOCK_DIFFERENCE = Duration.ofHours(1);

    private static final String EPOCH = "TIMESTAMP'1970-01-01 00:00:00'";
    private static final String CONTAINS = " COLLATE utf8mb4_general_ci LIKE :%s ESCAPE '!'";
    private static final Set<SagaStatus> UNFINISHED =
            EnumSet.of(SagaStatus.PREPARED, SagaStatus.SUBMITTED, SagaStatus.ABORTING);

    static final String PAUSED_PREFIX = Hold.PAUSED_PREFIX;

    FilterPlan {
        values = Map.copyOf(values);
    }

    /// @param firstIdOf the smallest id of a transaction that is submitted at that moment
    static FilterPlan of(Filter filter, Instant now, ToLongFunction<Instant> firstIdOf) {
        Builder builder = new Builder(now, firstIdOf);
        filter.terms().forEach(builder::add);
        return builder.plan();
    }

    FilterPlan from(Candidates changed) {
        return new FilterPlan(fits, looksAtTrouble, values, changed, fromId, toId);
    }

    private static final class Builder {

        private final Instant now;
        private final ToLongFunction<Instant> firstIdOf;
        private final StringJoiner fits = new StringJoiner(" AND ").setEmptyValue("TRUE");
        private final Map<String, Object> values = new HashMap<>();
        private final List<Candidates> found = new ArrayList<>();
        private Set<SagaStatus> statuses = EnumSet.allOf(SagaStatus.class);
        private boolean looksAtTrouble;
        private long fromId;
        private long toId = Long.MAX_VALUE;

        Builder(Instant now, ToLongFunction<Instant> firstIdOf) {
            this.now = now;
            this.firstIdOf = firstIdOf;
        }

        FilterPlan plan() {
            if (!statuses.equals(EnumSet.allOf(SagaStatus.class))) {
                found.add(
                        Candidates.ofStatuses(statuses.stream().map(this::value).toList()));
            }
            Candidates best = found.stream()
                    .min((one, other) -> one.kind().compareTo(other.kind()))
                    .orElse(Candidates.ALL);
            return new FilterPlan(fits.toString(), looksAtTrouble, values, best, fromId, toId);
        }

        void add(Term term) {
            switch (term) {
                case StatusIn(Set<SagaStatus> wanted) -> {
                    only(wanted);
                    fits.add("s.status IN (" + names(wanted) + ")");
                }
                case ModeIn(Set<String> modes) -> fits.add("s.mode IN (" + names(modes) + ")");
                case TextTerm(TextField field, Match match, String value) -> text(field, match, value);
                case TagTerm(String name, Match match, String value) -> label(name, match, value);
                case TimeTerm time -> time(time);
                case DurationTerm(Comparison comparison, Duration duration) ->
                    fits.add("TIMESTAMPDIFF(MICROSECOND, s.created, COALESCE(s.finished, UTC_TIMESTAMP(6))) "
                            + comparison.sign() + " :" + value(micros(duration)));
                case AttemptsTerm(Comparison comparison, int attempts) ->
                    fits.add("s.attempts " + comparison.sign() + " :" + value(attempts));
                case ParkedTerm(boolean parked) -> held(parked, "NOT LIKE");
                case PausedTerm(boolean paused) -> held(paused, "LIKE");
            }
        }

        private void held(boolean wanted, String like) {
            if (wanted) {
                only(UNFINISHED);
            }
            fits.add("COALESCE(s.parked_reason " + like + " '" + PAUSED_PREFIX + "%', FALSE) = :"
                    + value(wanted ? 1 : 0));
        }

        private void text(TextField field, Match match, String value) {
            switch (field) {
                case GID -> gid(match, value);
                case KEY -> label("", match, value);
                case OWNER -> {
                    only(UNFINISHED);
                    fits.add("s.owner = :" + value(value));
                }
                case TARGET -> trouble("t.target", match, value);
                case WAITS -> waits(value);
                case ERROR -> trouble("t.error", match, value);
                case FINGERPRINT -> fingerprint(value);
                case REASON -> {
                    only(EnumSet.complementOf(EnumSet.of(SagaStatus.SUCCEEDED)));
                    String like = CONTAINS.formatted(value(like("%", value)));
                    fits.add("(COALESCE(s.rejection_reason" + like + ", FALSE) OR COALESCE(s.parked_reason" + like
                            + ", FALSE))");
                }
                case NOTE -> {
                    found.add(Candidates.NOTED);
                    fits.add("EXISTS (SELECT 1 FROM saga_note n WHERE n.saga_id = s.id AND n.text"
                            + CONTAINS.formatted(value(like("%", value))) + ")");
                }
            }
        }

        private void gid(Match match, String value) {
            String name = value(value.getBytes(StandardCharsets.US_ASCII));
            if (match == Match.IS) {
                found.add(Candidates.ofGid(name));
                fits.add("s.gid = :" + name);
            } else {
                // Gids are printable ASCII: nothing comes behind a tilde.
                String end = value((value + '\u007f').getBytes(StandardCharsets.US_ASCII));
                found.add(Candidates.ofGidPrefix(name, end));
                fits.add("s.gid >= :" + name + " AND s.gid < :" + end);
            }
        }

        private void label(String name, Match match, String value) {
            String named = value(name);
            if (match == Match.IS) {
                String wanted = value(value);
                found.add(Candidates.ofLabel(named, wanted));
                fits.add("EXISTS (SELECT 1 FROM saga_label k WHERE k.saga_id = s.id AND k.name = :" + named
                        + " AND k.value = :" + wanted + ")");
            } else {
                String begin = value(value);
                String end = value(value + '\u007f');
                found.add(Candidates.ofLabelPrefix(named, begin, end));
                fits.add("EXISTS (SELECT 1 FROM saga_label k WHERE k.saga_id = s.id AND k.name = :" + named
                        + " AND k.value >= :" + begin + " AND k.value < :" + end + ")");
            }
        }

        private void fingerprint(String value) {
            looksAtTrouble = true;
            if (value.equals("none")) {
                fits.add("t.saga_id IS NULL");
            } else {
                String name = value(value);
                found.add(Candidates.ofFingerprint(name));
                fits.add("COALESCE(t.fingerprint = :" + name + ", FALSE)");
            }
        }

        /// The wait of a transaction that nobody works on is for its last call that brought no success,
        /// or was not made.
        private void waits(String address) {
            only(UNFINISHED);
            looksAtTrouble = true;
            int host = address.indexOf("://") < 0 ? 0 : address.indexOf("://") + 3;
            StringJoiner at = new StringJoiner(" OR ", "(", ")");
            at.add("t.target = :" + value(address));
            for (String end : List.of("/%", "?%", "#%")) {
                at.add("t.target LIKE :" + value(literal(address) + end) + " ESCAPE '!'");
                if (host > 0) {
                    String login = literal(address.substring(0, host)) + "%@" + literal(address.substring(host));
                    at.add("t.target LIKE :" + value(login + end) + " ESCAPE '!'");
                }
            }
            fits.add("s.owner IS NULL AND s.next_due IS NOT NULL AND COALESCE(" + at + ", FALSE)");
        }

        private void trouble(String column, Match match, String value) {
            looksAtTrouble = true;
            found.add(Candidates.TROUBLED);
            // An address as it is shown selects all that look like this.
            String question = match == Match.IS && column.equals("t.target") && value.contains(Masking.MASK)
                    ? "t.target LIKE :" + value(literal(value).replace(Masking.MASK, "%")) + " ESCAPE '!'"
                    : match == Match.IS
                            ? column + " = :" + value(value)
                            : column + CONTAINS.formatted(value(like("%", value)));
            fits.add("COALESCE(" + question + ", FALSE)");
        }

        private void time(TimeTerm term) {
            String column = switch (term.field()) {
                case CREATED -> "s.created";
                case UPDATED -> "s.updated";
                case FINISHED -> "s.finished";
                case DUE -> "s.next_due";
            };
            String moment = switch (term.moment()) {
                case Moment.At(Instant instant) ->
                    EPOCH + " + INTERVAL :" + value(epochMicros(instant)) + " MICROSECOND";
                case Moment.Ago(Duration past) ->
                    "UTC_TIMESTAMP(6) - INTERVAL :" + value(micros(past)) + " MICROSECOND";
            };
            fits.add("COALESCE(" + column + " " + term.comparison().sign() + " " + moment + ", FALSE)");
            narrow(term);
        }

        /// Ids grow with the time of the submit, and nothing happens to a transaction before.
        private void narrow(TimeTerm term) {
            Instant moment = term.moment().from(now);
            boolean before = term.comparison() == Comparison.LESS || term.comparison() == Comparison.AT_MOST;
            if (before && term.field() != TimeField.DUE) {
                toId = Math.min(toId, firstIdOf.applyAsLong(moment.plus(CLOCK_DIFFERENCE)));
            }
            if (!before && term.field() == TimeField.CREATED) {
                fromId = Math.max(fromId, firstIdOf.applyAsLong(moment.minus(CLOCK_DIFFERENCE)));
            }
        }

        private void only(Set<SagaStatus> wanted) {
            Set<SagaStatus> both = EnumSet.copyOf(statuses);
            both.retainAll(wanted);
            statuses = both;
        }

        private String names(Collection<?> wanted) {
            StringJoiner names = new StringJoiner(", ");
            wanted.forEach(each -> names.add(":" + value(each instanceof SagaStatus status ? status.name() : each)));
            return names.toString();
        }

        private String value(SagaStatus status) {
            return value((Object) status.name());
        }

        /// @return the name under which the value is bound
        private String value(Object value) {
            String name = "value" + values.size();
            values.put(name, value);
            return name;
        }
    }

    static String like(String start, String text) {
        return start + literal(text) + "%";
    }

    private static String literal(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    private static long epochMicros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }
}
