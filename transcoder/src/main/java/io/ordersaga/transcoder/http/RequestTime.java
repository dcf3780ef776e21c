package io.ordersaga.transcoder.http;

import io.ordersaga.transcoder.transcoding.BadRequestException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.regex.Pattern;

/// How long a request may take: what the client asks for in `X-Request-Timeout-Ms`, within our maximum,
/// or the usual and what it asks the service to wait, of which our maximum counts at most.
public final class RequestTime {
    public static final String HEADER = "X-Request-Timeout-Ms";
    private static final Pattern MILLIS = Pattern.compile("[1-9][0-9]{0,8}");

    private final Duration usual;
    private final Duration max;

    /// Our own limits.
    ///
    /// @param usual for a request that does not say
    /// @param max for a request that says, and for what it asks the service to wait
    public RequestTime(Duration usual, Duration max) {
        this.usual = usual;
        this.max = max;
    }

    /// @param wait how long the service is asked to wait; 0 when it is not
    TimeAllowed of(HttpServletRequest request, Duration wait) throws BadRequestException {
        String given = request.getHeader(HEADER);
        if (given == null) {
            return new TimeAllowed(usual.plus(atMost(wait)), false);
        }
        if (!MILLIS.matcher(given).matches()) {
            throw BadRequestException.of(HEADER, "expected a number of milliseconds, at least 1");
        }
        Duration allowed = atMost(Duration.ofMillis(Long.parseLong(given)));
        return new TimeAllowed(allowed, allowed.compareTo(usual.plus(wait)) < 0);
    }

    private Duration atMost(Duration asked) {
        return asked.compareTo(max) > 0 ? max : asked;
    }
}
