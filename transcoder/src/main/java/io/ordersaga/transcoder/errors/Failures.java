package io.ordersaga.transcoder.errors;

import com.google.rpc.Code;
import io.ordersaga.transcoder.transcoding.BadRequestException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/// The failures that are found on the HTTP side itself.
public final class Failures {
    static final String UNREACHABLE = "This part of the system cannot be reached at the moment.";
    static final String WENT_WRONG = "Something went wrong here.";

    private Failures() {}

    public static HttpFailure badRequest(BadRequestException e) {
        return HttpFailure.of(
                        Code.INVALID_ARGUMENT,
                        e.isMalformed() ? "MALFORMED_REQUEST" : "INVALID_REQUEST",
                        String.valueOf(e.getMessage()))
                .with(e.details());
    }

    public static HttpFailure unknownPath() {
        return HttpFailure.of(
                Code.NOT_FOUND, "ROUTE_NOT_FOUND", "There is nothing at this path; /openapi.json lists what there is.");
    }

    public static HttpFailure wrongMethod(Collection<String> allowed) {
        String list = String.join(", ", allowed);
        return HttpFailure.of(Code.UNIMPLEMENTED, "METHOD_NOT_ALLOWED", "This path takes " + list + " only.")
                .withHttpCode(405)
                .withHeader("Allow", list);
    }

    public static HttpFailure bodyTooLarge(long bytesMax) {
        return HttpFailure.of(
                        Code.INVALID_ARGUMENT, "BODY_TOO_LARGE", "The body may have " + bytesMax + " bytes at most.")
                .withHttpCode(413);
    }

    public static HttpFailure unsupportedMediaType() {
        return HttpFailure.of(
                        Code.INVALID_ARGUMENT,
                        "UNSUPPORTED_MEDIA_TYPE",
                        "The body must be JSON in UTF-8, sent with \"Content-Type: application/json\".")
                .withHttpCode(415)
                .withHeader("Accept", "application/json");
    }

    /// The call was not tried.
    ///
    /// @param upstream who would have been called
    /// @param retryAfter when to come again
    public static HttpFailure unavailable(String upstream, String reason, Duration retryAfter) {
        return HttpFailure.of(Code.UNAVAILABLE, reason, UNREACHABLE, Map.of("upstream", upstream))
                .withRetryInfo(retryAfter);
    }

    /// A request that a program's own rule refuses before it is called.
    public static HttpFailure refused(Code code, String reason, String message) {
        return HttpFailure.of(code, reason, message);
    }

    /// A mistake of ours; what it is stands in the log, under the request id.
    public static HttpFailure internal() {
        return HttpFailure.of(Code.INTERNAL, "INTERNAL", WENT_WRONG);
    }

    /// What the HTTP server refused on its own, such as a request line that is none.
    public static HttpFailure ofHttpCode(int httpCode) {
        return switch (httpCode) {
            case 404 -> unknownPath();
            case 405 -> unsupported(httpCode, "METHOD_NOT_ALLOWED", "This method is not supported.");
            case 501, 505 -> unsupported(httpCode, "UNSUPPORTED_REQUEST", "This kind of request is not supported.");
            case 503 ->
                HttpFailure.of(Code.UNAVAILABLE, "UNAVAILABLE", "Not ready at the moment.")
                        .withRetryInfo(Duration.ofSeconds(1));
            default ->
                httpCode >= 400 && httpCode < 500
                        ? HttpFailure.of(
                                        Code.INVALID_ARGUMENT,
                                        "MALFORMED_REQUEST",
                                        "This is no HTTP request that can be read.")
                                .withHttpCode(httpCode)
                        : internal();
        };
    }

    private static HttpFailure unsupported(int httpCode, String reason, String message) {
        return HttpFailure.of(Code.UNIMPLEMENTED, reason, message).withHttpCode(httpCode);
    }
}
