package io.ordersaga.coordinator.admin.page;

import com.google.protobuf.Timestamp;
import io.ordersaga.saga.v1.Count;
import java.text.NumberFormat;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/// How numbers, times and durations are written for one viewer. Templates call it as `f`.
///
/// @param language of the page
/// @param zone of the viewer
/// @param now what ages are counted from
record Formats(Texts texts, Locale language, ZoneId zone, Instant now) {

    private static final String NOTHING = "–";
    private static final Pattern RFC_3339 = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");

    public String text(String key) {
        return texts.text(language, key);
    }

    String text(String key, Object... arguments) {
        return texts.text(language, key, arguments);
    }

    public String iso(Instant at) {
        return at.toString();
    }

    /// The whole time with its zone, for who hovers.
    public String exact(Instant at) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS xxx").format(at.atZone(zone)) + " (" + zone + ")";
    }

    /// The time of day, with the date when it is another day.
    public String clock(Instant at) {
        ZonedDateTime time = at.atZone(zone);
        boolean today = time.toLocalDate().equals(now.atZone(zone).toLocalDate());
        String pattern = today ? "HH:mm:ss" : text("time.day");
        return DateTimeFormatter.ofPattern(pattern, language).format(time);
    }

    /// The API's sentences have times as RFC 3339; everything else stays as it is.
    String timeOr(String text) {
        if (!RFC_3339.matcher(text).matches()) {
            return text;
        }
        try {
            return clock(Instant.parse(text));
        } catch (DateTimeException noTime) {
            return text;
        }
    }

    public String ago(Instant at) {
        Duration age = Duration.between(at, now);
        return age.isNegative() ? clock(at) : text("time.ago", coarse(age));
    }

    String count(long number) {
        return NumberFormat.getIntegerInstance(language).format(number);
    }

    String count(Count count) {
        return count(count.getValue()) + (count.getAtLeast() ? "+" : "");
    }

    /// In few digits from a million on.
    String compact(Count count) {
        if (count.getValue() < 1_000_000) {
            return count(count);
        }
        NumberFormat format = NumberFormat.getCompactNumberInstance(language, NumberFormat.Style.SHORT);
        format.setMaximumFractionDigits(2);
        return format.format(count.getValue()) + (count.getAtLeast() ? "+" : "");
    }

    /// With a digit behind the point below 10.
    String rate(double number) {
        NumberFormat format = NumberFormat.getNumberInstance(language);
        format.setMaximumFractionDigits(number < 10 ? 1 : 0);
        return format.format(number);
    }

    /// @param share of 1
    String percent(double share) {
        NumberFormat format = NumberFormat.getPercentInstance(language);
        format.setMaximumFractionDigits(share < 0.1 ? 1 : 0);
        return format.format(share);
    }

    /// In the largest unit of which there is one.
    String bytes(long bytes) {
        double left = bytes;
        for (String unit : new String[] {"B", "kB", "MB", "GB"}) {
            if (Math.abs(left) < 1000) {
                return rate(left) + " " + unit;
            }
            left /= 1000;
        }
        return rate(left) + " TB";
    }

    /// In the two largest units.
    String span(Duration duration) {
        Duration length = duration.abs();
        if (length.compareTo(Duration.ofSeconds(1)) < 0) {
            return text("span.millis", String.valueOf(length.toMillis()));
        }
        if (length.compareTo(Duration.ofMinutes(1)) < 0) {
            NumberFormat format = NumberFormat.getNumberInstance(language);
            format.setMaximumFractionDigits(length.toSeconds() < 10 ? 1 : 0);
            return text("span.seconds", format.format(length.toMillis() / 1000.0));
        }
        return coarse(length);
    }

    private String coarse(Duration length) {
        if (length.compareTo(Duration.ofMinutes(1)) < 0) {
            return text("span.seconds", String.valueOf(length.toSeconds()));
        }
        if (length.compareTo(Duration.ofHours(1)) < 0) {
            return two("span.minutes", length.toMinutes(), "span.seconds", length.toSecondsPart());
        }
        if (length.compareTo(Duration.ofDays(1)) < 0) {
            return two("span.hours", length.toHours(), "span.minutes", length.toMinutesPart());
        }
        return two("span.days", length.toDays(), "span.hours", length.toHoursPart());
    }

    private String two(String large, long many, String small, int few) {
        String first = text(large, count(many));
        return few == 0 ? first : first + " " + text(small, String.valueOf(few));
    }

    static String nothing() {
        return NOTHING;
    }

    static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    static Duration duration(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }
}
