package io.ordersaga.transcoder.errors;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Code;
import com.google.rpc.DebugInfo;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ordersaga.transcoder.transcoding.FieldPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Relays the error of an upstream. A text is passed on only when the service meant it for the caller, which it says
/// with an `ErrorInfo`; what gRPC itself or a broken service says (addresses, class names) stays inside.
public final class UpstreamFailures {
    private static final Duration RETRY_AFTER_DEFAULT = Duration.ofSeconds(1);
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int UNPROCESSABLE = 422;

    private UpstreamFailures() {}

    /// What a client is told of a failed call.
    ///
    /// @param request the message that was sent, to name its fields as the client knows them
    /// @param ifMatch whether the state that the client expects came by the header
    public static HttpFailure of(StatusRuntimeException thrown, Descriptor request, boolean ifMatch) {
        Status status = statusOf(thrown);
        Code code = Code.forNumber(status.getCode());
        if (code == null) {
            code = Code.UNKNOWN;
        }
        List<Any> details = shownDetails(status, request);
        HttpFailure failure = details.stream().anyMatch(detail -> detail.is(ErrorInfo.class))
                ? new HttpFailure(
                        HttpCodes.of(code),
                        status.toBuilder()
                                .setMessage(shownMessage(code, status, details))
                                .clearDetails()
                                .addAllDetails(details)
                                .build(),
                        new TreeMap<>())
                : withoutReason(code, status, details);
        return byReason(withRetryAfter(failure, code), ifMatch);
    }

    /// Where HTTP has a word of its own for a reason, its code is that and not the one of the gRPC code.
    private static HttpFailure byReason(HttpFailure failure, boolean ifMatch) {
        return switch (failure.reason()) {
            case "ETAG_MISMATCH" -> ifMatch ? failure.withHttpCode(PRECONDITION_FAILED) : failure;
            case "IDEMPOTENCY_KEY_REUSED" -> failure.withHttpCode(UNPROCESSABLE);
            case "IDEMPOTENCY_IN_PROGRESS" ->
                failure.headers().containsKey(HttpFailure.RETRY_AFTER)
                        ? failure.withHttpCode(CONFLICT)
                        : failure.withHttpCode(CONFLICT).withRetryInfo(RETRY_AFTER_DEFAULT);
            default -> failure;
        };
    }

    private static Status statusOf(StatusRuntimeException thrown) {
        try {
            Status status = StatusProto.fromThrowable(thrown);
            if (status != null) {
                return status;
            }
        } catch (IllegalArgumentException e) {
            // Details that are no Status, or one with another code; what gRPC itself says still holds.
        }
        String description = thrown.getStatus().getDescription();
        return Status.newBuilder()
                .setCode(thrown.getStatus().getCode().value())
                .setMessage(description == null ? "" : description)
                .build();
    }

    /// Texts by gRPC itself are not for clients; a refusal in plain words of a service that gave no details is.
    private static HttpFailure withoutReason(Code code, Status status, List<Any> details) {
        HttpFailure failure = switch (code) {
            case UNAVAILABLE -> HttpFailure.of(code, "UPSTREAM_UNAVAILABLE", Failures.UNREACHABLE);
            case DEADLINE_EXCEEDED ->
                HttpFailure.of(
                        code,
                        "DEADLINE_EXCEEDED",
                        "The answer did not come in time; the request may or may not have had its effect.");
            case CANCELLED -> HttpFailure.of(code, "CANCELLED", "The call was cancelled.");
            case UNIMPLEMENTED -> HttpFailure.of(code, "UNIMPLEMENTED", "This is not there yet.");
            case RESOURCE_EXHAUSTED -> HttpFailure.of(code, "RESOURCE_EXHAUSTED", "Too much at the moment.");
            case OK, UNKNOWN, INTERNAL, DATA_LOSS, UNRECOGNIZED -> Failures.internal();
            case INVALID_ARGUMENT -> HttpFailure.of(code, "INVALID_REQUEST", words(status));
            case NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    UNAUTHENTICATED,
                    FAILED_PRECONDITION,
                    ABORTED,
                    OUT_OF_RANGE -> HttpFailure.of(code, code.name(), words(status));
        };
        return new HttpFailure(
                failure.httpCode(),
                failure.status().toBuilder().addAllDetails(details).build(),
                failure.headers());
    }

    private static String words(Status status) {
        return status.getMessage().isBlank() ? "The request was refused." : status.getMessage();
    }

    private static String shownMessage(Code code, Status status, List<Any> details) {
        return switch (code) {
            case UNKNOWN, INTERNAL, DATA_LOSS, UNRECOGNIZED, OK -> Failures.WENT_WRONG;
            case INVALID_ARGUMENT -> firstViolation(details, words(status));
            default -> words(status);
        };
    }

    /// The message of a refused field repeats the field's name; it must be the same name as in the details.
    private static String firstViolation(List<Any> details, String message) {
        for (Any detail : details) {
            if (detail.is(BadRequest.class)) {
                try {
                    FieldViolation first = detail.unpack(BadRequest.class).getFieldViolations(0);
                    return first.getField().isEmpty() ? message : first.getField() + ": " + first.getDescription();
                } catch (InvalidProtocolBufferException | IndexOutOfBoundsException e) {
                    return message;
                }
            }
        }
        return message;
    }

    private static List<Any> shownDetails(Status status, Descriptor request) {
        List<Any> shown = new ArrayList<>();
        for (Any detail : status.getDetailsList()) {
            if (detail.is(DebugInfo.class) || !ErrorWriter.isKnown(detail)) {
                continue;
            }
            try {
                shown.add(
                        detail.is(BadRequest.class) ? withJsonNames(detail.unpack(BadRequest.class), request) : detail);
            } catch (InvalidProtocolBufferException e) {
                // A detail that cannot be read helps nobody; the rest is shown.
            }
        }
        return shown;
    }

    private static Any withJsonNames(BadRequest badRequest, Descriptor request) {
        BadRequest.Builder renamed = badRequest.toBuilder();
        renamed.getFieldViolationsBuilderList()
                .forEach(violation -> violation.setField(FieldPath.inJson(request, violation.getField())));
        return Any.pack(renamed.build());
    }

    private static HttpFailure withRetryAfter(HttpFailure failure, Code code) {
        for (Any detail : failure.status().getDetailsList()) {
            if (detail.is(RetryInfo.class)) {
                try {
                    RetryInfo info = detail.unpack(RetryInfo.class);
                    return failure.withRetryAfter(Duration.ofNanos(Durations.toNanos(info.getRetryDelay())));
                } catch (InvalidProtocolBufferException | ArithmeticException | IllegalArgumentException e) {
                    return failure.withRetryAfter(RETRY_AFTER_DEFAULT);
                }
            }
        }
        return code == Code.UNAVAILABLE ? failure.withRetryInfo(RETRY_AFTER_DEFAULT) : failure;
    }
}
