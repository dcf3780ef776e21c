package io.ordersaga.order;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which orders a list shows: comparisons of `state`, `create_time` and `user_id`, joined by AND (a part of
/// AIP-160). Pure.
///
/// @param from the earliest time of creation, in whole milliseconds
/// @param before the first time of creation that is too late, in whole milliseconds
record OrderFilter(
        Optional<OrderState> state, Optional<String> userId, Optional<Instant> from, Optional<Instant> before) {
    static final OrderFilter ALL =
            new OrderFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final Pattern AND = Pattern.compile("\\s+AND\\s+");
    private static final Pattern COMPARISON =
            Pattern.compile("\\s*([a-z_]+)\\s*(=|>=|<=|>|<)\\s*(?:\"([^\"\\\\]*)\"|([A-Za-z0-9_:.+-]+))\\s*");

    /// What the database can compare with.
    private static final Instant TIME_MAX = Instant.parse("9998-12-31T00:00:00Z");

    private static final Pattern USER_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /// @throws io.ordersaga.kit.RefusalException INVALID_ARGUMENT about the field `filter`
    static OrderFilter parse(String text) {
        OrderFilter filter = ALL;
        if (text.isBlank()) {
            return filter;
        }
        for (String part : AND.split(text, -1)) {
            Matcher comparison = COMPARISON.matcher(part);
            if (!comparison.matches()) {
                throw invalid("'" + part.strip() + "' is no comparison");
            }
            String value = Optional.ofNullable(comparison.group(3)).orElseGet(() -> comparison.group(4));
            filter = filter.and(comparison.group(1), comparison.group(2), value);
        }
        return filter;
    }

    private OrderFilter and(String field, String operator, String value) {
        return switch (field) {
            case "state" -> {
                requireOnce(field, operator, state);
                yield new OrderFilter(Optional.of(state(value)), userId, from, before);
            }
            case "user_id" -> {
                requireOnce(field, operator, userId);
                if (!USER_ID.matcher(value).matches()) {
                    throw invalid("'" + value + "' is no user_id");
                }
                yield new OrderFilter(state, Optional.of(value), from, before);
            }
            case "create_time" -> withTime(operator, time(value));
            default -> throw invalid("cannot filter by '" + field + "'; state, create_time and user_id are possible");
        };
    }

    private static void requireOnce(String field, String operator, Optional<?> before) {
        if (!operator.equals("=")) {
            throw invalid(field + " can only be compared with =");
        }
        if (before.isPresent()) {
            throw invalid(field + " is compared twice");
        }
    }

    private static OrderState state(String value) {
        return Arrays.stream(OrderState.values())
                .filter(state -> state.name().equals(value))
                .findAny()
                .orElseThrow(() -> invalid("'" + value + "' is no state of an order"));
    }

    private static Instant time(String value) {
        try {
            Instant time = OffsetDateTime.parse(value).toInstant();
            if (time.isBefore(Instant.EPOCH) || time.isAfter(TIME_MAX)) {
                throw invalid("'" + value + "' is too far away");
            }
            return time;
        } catch (DateTimeParseException e) {
            throw invalid("'" + value + "' is no time; 2026-11-21T08:00:00Z is one");
        }
    }

    /// Rows have whole milliseconds, so every comparison can be said with "not before" and "before".
    private OrderFilter withTime(String operator, Instant time) {
        Instant floor = time.truncatedTo(ChronoUnit.MILLIS);
        Instant next = floor.plusMillis(1);
        Instant ceiling = floor.equals(time) ? floor : next;
        return switch (operator) {
            case ">=" -> later(ceiling);
            case ">" -> later(next);
            case "<" -> earlier(ceiling);
            case "<=" -> earlier(next);
            default -> throw invalid("create_time can only be compared with >=, >, < and <=");
        };
    }

    private OrderFilter later(Instant bound) {
        return new OrderFilter(
                state, userId, Optional.of(from.filter(bound::isBefore).orElse(bound)), before);
    }

    private OrderFilter earlier(Instant bound) {
        return new OrderFilter(
                state, userId, from, Optional.of(before.filter(bound::isAfter).orElse(bound)));
    }

    private static RuntimeException invalid(String message) {
        return Refusals.DOMAIN.invalidField("filter", message);
    }
}
