package io.ordersaga.gateway;

import io.ordersaga.gateway.transcoding.BadRequestException;
import io.ordersaga.gateway.upstream.TimeAllowed;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.regex.Pattern;

/// How long a request may take: what the client asks for in `X-Request-Timeout-Ms`, within our maximum, or the usual.
final class RequestTime {
    static final String HEADER = "X-Request-Timeout-Ms";
    private static final Pattern MILLIS = Pattern.compile("[1-9][0-9]{0,8}");

    private final GatewayConfig.Deadline deadline;

    RequestTime(GatewayConfig.Deadline deadline) {
        this.deadline = deadline;
    }

    TimeAllowed of(HttpServletRequest request) throws BadRequestException {
        String given = request.getHeader(HEADER);
        if (given == null) {
            return new TimeAllowed(deadline.usual(), false);
        }
        if (!MILLIS.matcher(given).matches()) {
            throw BadRequestException.of(HEADER, "expected a number of milliseconds, at least 1");
        }
        Duration asked = Duration.ofMillis(Long.parseLong(given));
        Duration allowed = asked.compareTo(deadline.max()) > 0 ? deadline.max() : asked;
        return new TimeAllowed(allowed, allowed.compareTo(deadline.usual()) < 0);
    }
}
