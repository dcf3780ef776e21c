package io.ordersaga.coordinator.transport;

import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.node.ObjectNode;

/// Answers in DTM's shapes and statuses: 200, 409 for a failure, 425 for what is still going. Beyond DTM: 400 and 413
/// for what can never be done, 404 for what is not there, 429 and 503 for "come again".
final class HttpAnswers {

    private HttpAnswers() {}

    static ServerResponse success() {
        return answer(HttpStatus.OK, Json.object().put("dtm_result", "SUCCESS"));
    }

    /// A yes when there is no refusal.
    static ServerResponse of(Optional<Status> refusal) {
        return refusal.map(HttpAnswers::refusal).orElseGet(HttpAnswers::success);
    }

    private static ServerResponse refusal(Status status) {
        return switch (codeOf(status)) {
            case ABORTED -> result(HttpStatus.CONFLICT, "FAILURE", status);
            case FAILED_PRECONDITION -> result(HttpStatus.TOO_EARLY, "ONGOING", status);
            case NOT_FOUND -> message(HttpStatus.NOT_FOUND, status.getMessage());
            case RESOURCE_EXHAUSTED -> overloaded(SagaErrors.retryAfter(status));
            default -> message(HttpStatus.BAD_REQUEST, status.getMessage());
        };
    }

    static Code codeOf(Status status) {
        return io.grpc.Status.fromCodeValue(status.getCode()).getCode();
    }

    private static ServerResponse result(HttpStatus http, String word, Status status) {
        return answer(http, Json.object().put("dtm_result", word).put("message", status.getMessage()));
    }

    static ServerResponse invalid(InvalidSagaException invalid) {
        return message(HttpStatus.BAD_REQUEST, words(invalid));
    }

    static String words(InvalidSagaException invalid) {
        String subject = invalid.field().isEmpty() ? "" : invalid.field() + ": ";
        return subject + invalid.description();
    }

    static ServerResponse overloaded(Duration retryAfter) {
        return comeAgain(
                HttpStatus.TOO_MANY_REQUESTS, SagaErrors.overloaded(retryAfter).getMessage(), retryAfter);
    }

    static ServerResponse unavailable() {
        Duration retryAfter = Duration.ofSeconds(1);
        return comeAgain(
                HttpStatus.SERVICE_UNAVAILABLE,
                SagaErrors.unavailable(retryAfter).getMessage(),
                retryAfter);
    }

    /// The header `Retry-After` knows whole seconds only; a part of one counts as one.
    static long wholeSeconds(Duration retryAfter) {
        return Math.max(1, retryAfter.plusSeconds(1).minusNanos(1).toSeconds());
    }

    private static ServerResponse comeAgain(HttpStatus status, String message, Duration retryAfter) {
        return ServerResponse.status(status)
                .header(HttpHeaders.RETRY_AFTER, String.valueOf(wholeSeconds(retryAfter)))
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.text(Json.object().put("message", message)));
    }

    static ServerResponse message(HttpStatus status, String message) {
        return answer(status, Json.object().put("message", message));
    }

    static ServerResponse answer(HttpStatus status, ObjectNode body) {
        return ServerResponse.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.text(body));
    }
}
