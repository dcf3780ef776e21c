package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.FieldMaskUtil;
import com.google.protobuf.util.Timestamps;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

/// The messages that proto3 JSON writes as strings. Checked before protobuf's own parsers see them: those take a 42nd
/// of
/// January, and log about it.
final class WellKnownText {
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)");
    private static final Pattern SECONDS = Pattern.compile("-?\\d{1,12}(\\.\\d{1,9})?s");
    private static final Pattern PATHS = Pattern.compile("([A-Za-z0-9_.]+(,[A-Za-z0-9_.]+)*)?");

    private WellKnownText() {}

    static Timestamp timestamp(String text) throws BadValueException {
        if (TIME.matcher(text).matches()) {
            try {
                Instant instant = OffsetDateTime.parse(text).toInstant();
                return Timestamps.checkValid(Timestamp.newBuilder()
                        .setSeconds(instant.getEpochSecond())
                        .setNanos(instant.getNano())
                        .build());
            } catch (DateTimeException | IllegalArgumentException e) {
                // No such day or hour, or outside of the years 1 to 9999.
            }
        }
        throw new BadValueException("expected a time such as 2026-01-31T23:59:59.999Z");
    }

    static Duration duration(String text) throws BadValueException {
        if (SECONDS.matcher(text).matches()) {
            try {
                return Durations.parse(text);
            } catch (ParseException | IllegalArgumentException e) {
                // Beyond 10,000 years.
            }
        }
        throw new BadValueException("expected a duration in seconds such as 1.5s");
    }

    static FieldMask fieldMask(String text) throws BadValueException {
        if (!PATHS.matcher(text).matches()) {
            throw new BadValueException("expected field names with commas between them");
        }
        return FieldMaskUtil.fromJsonString(text);
    }
}
