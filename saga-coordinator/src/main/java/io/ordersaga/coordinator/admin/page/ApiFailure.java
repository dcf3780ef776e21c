package io.ordersaga.coordinator.admin.page;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Why the API refused something, as it can be told to the viewer.
///
/// @param reason of its `ErrorInfo`; empty when it brought none, or names fields instead
/// @param arguments of the reason
/// @param text in the API's words; for bad input with the fields that are meant
record ApiFailure(Status.Code code, String reason, Map<String, String> arguments, String text) {

    static ApiFailure of(StatusRuntimeException failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        ErrorInfo info = ErrorInfo.getDefaultInstance();
        List<String> texts = new ArrayList<>();
        if (status != null) {
            for (Any detail : status.getDetailsList()) {
                if (detail.is(ErrorInfo.class)) {
                    info = unpack(detail, ErrorInfo.class);
                } else if (detail.is(BadRequest.class)) {
                    unpack(detail, BadRequest.class)
                            .getFieldViolationsList()
                            .forEach(violation -> texts.add(violation.getField() + ": " + violation.getDescription()));
                }
            }
        }
        String description = failure.getStatus().getDescription();
        String text = texts.isEmpty() ? (description == null ? "" : description) : String.join("; ", texts);
        return new ApiFailure(
                failure.getStatus().getCode(),
                // The fields say more than any sentence about the reason.
                texts.isEmpty() ? info.getReason() : "",
                info.getMetadataMap(),
                text.isEmpty() ? failure.getStatus().getCode().name() : text);
    }

    /// In the viewer's language, if there are words for the reason; else in the API's.
    String text(Formats formats) {
        String denial = arguments.containsKey("denial") ? "." + arguments.get("denial") : "";
        return formats.texts()
                .sentence(formats.language(), "refused." + reason + denial, arguments)
                .orElse(text);
    }

    private static <M extends com.google.protobuf.Message> M unpack(Any detail, Class<M> type) {
        try {
            return detail.unpack(type);
        } catch (InvalidProtocolBufferException failure) {
            throw new IllegalStateException(
                    "a detail of an error is not what it says: " + detail.getTypeUrl(), failure);
        }
    }

    int httpStatus() {
        return switch (code) {
            case INVALID_ARGUMENT, OUT_OF_RANGE -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case ABORTED, ALREADY_EXISTS, FAILED_PRECONDITION -> 409;
            case RESOURCE_EXHAUSTED -> 429;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
            case OK, CANCELLED, UNKNOWN, INTERNAL, DATA_LOSS -> 500;
        };
    }
}
