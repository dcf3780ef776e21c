package io.ordersaga.pay;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which payments a list shows, and after which it goes on.
///
/// @param userId empty is everyone's
/// @param from created at or after
/// @param before created before
/// @param cursorTime with `cursorId` the last payment of the page before
public record PaymentFilter(
        String userId,
        Optional<PaymentState> state,
        Optional<Instant> from,
        Optional<Instant> before,
        Optional<Instant> cursorTime,
        String cursorId) {
    private static final Pattern CONDITION = Pattern.compile("(\\w+) *(=|>=|<) *\"([^\"]{1,64})\"");
    private static final Pattern TOKEN =
            Pattern.compile("1\\|(-?[0-9]{1,18})\\|([A-Za-z0-9_-]{1,64})\\|(-?[0-9]{1,10})");

    /// @param text conditions joined by `AND`; empty is everything
    /// @param scope the only user whose payments the caller may see; empty is everyone's
    /// @throws io.ordersaga.kit.RefusalException when the text cannot be understood
    static PaymentFilter parse(String text, String scope) {
        PaymentFilter filter =
                new PaymentFilter("", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), "");
        if (!text.isBlank()) {
            for (String condition : text.strip().split(" +AND +", -1)) {
                filter = filter.with(condition);
            }
        }
        if (scope.isEmpty()) {
            return filter;
        }
        if (!filter.userId().isEmpty() && !filter.userId().equals(scope)) {
            throw invalid("filter", "user_id is for staff");
        }
        return new PaymentFilter(
                scope, filter.state(), filter.from(), filter.before(), filter.cursorTime(), filter.cursorId());
    }

    private PaymentFilter with(String condition) {
        Matcher matcher = CONDITION.matcher(condition);
        if (!matcher.matches()) {
            throw invalid("filter", "expected conditions such as state = \"PAID\" joined by AND");
        }
        String value = matcher.group(3);
        return switch (matcher.group(1) + matcher.group(2)) {
            case "state=" -> {
                once(state.isEmpty());
                yield new PaymentFilter(userId, Optional.of(state(value)), from, before, cursorTime, cursorId);
            }
            case "user_id=" -> {
                once(userId.isEmpty());
                yield new PaymentFilter(value, state, from, before, cursorTime, cursorId);
            }
            case "create_time>=" -> {
                once(from.isEmpty());
                yield new PaymentFilter(userId, state, Optional.of(time(value)), before, cursorTime, cursorId);
            }
            case "create_time<" -> {
                once(before.isEmpty());
                yield new PaymentFilter(userId, state, from, Optional.of(time(value)), cursorTime, cursorId);
            }
            default -> throw invalid("filter", "expected state =, user_id =, create_time >= or create_time <");
        };
    }

    /// The same filter after the page that `token` ends.
    PaymentFilter after(String token) {
        if (token.isEmpty()) {
            return this;
        }
        try {
            Matcher matcher =
                    TOKEN.matcher(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.ISO_8859_1));
            if (matcher.matches() && matcher.group(3).equals(Integer.toString(fingerprint()))) {
                return new PaymentFilter(
                        userId,
                        state,
                        from,
                        before,
                        Optional.of(Instant.ofEpochMilli(Long.parseLong(matcher.group(1)))),
                        matcher.group(2));
            }
        } catch (IllegalArgumentException e) {
            // Not base64: the same answer.
        }
        throw invalid("page_token", "not a token of a page with this filter");
    }

    /// Names the end of a page.
    String token(Payment last) {
        String text = "1|%d|%s|%d".formatted(last.createTime().toEpochMilli(), last.paymentId(), fingerprint());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// SQL made of our own words only; the values are bound.
    String conditions() {
        List<String> conditions = new ArrayList<>();
        conditions.add("1 = 1");
        if (!userId.isEmpty()) {
            conditions.add("user_id = :userId");
        }
        state.ifPresent(_ -> conditions.add("state = :state"));
        from.ifPresent(_ -> conditions.add("create_time >= :from"));
        before.ifPresent(_ -> conditions.add("create_time < :before"));
        cursorTime.ifPresent(_ -> {
            conditions.add("create_time <= :cursorTime");
            conditions.add("(create_time < :cursorTime OR payment_id < :cursorId)");
        });
        return String.join("\n  AND ", conditions);
    }

    private static PaymentState state(String value) {
        for (PaymentState state : PaymentState.values()) {
            if (state.name().equals(value)) {
                return state;
            }
        }
        throw invalid("filter", "no payment has the state " + value.replaceAll("[^A-Za-z_]", "?"));
    }

    private static Instant time(String value) {
        try {
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw invalid("filter", "expected a time such as 2026-11-21T08:00:00Z");
        }
    }

    private static void once(boolean first) {
        if (!first) {
            throw invalid("filter", "each condition at most once");
        }
    }

    private static RuntimeException invalid(String field, String description) {
        return Refusals.DOMAIN.invalidField(field, description);
    }

    /// Names the filter in page tokens: the same in every process, wherever a page begins.
    private int fingerprint() {
        return List.of(userId, state.map(Enum::name), from, before).hashCode();
    }
}
