package io.ordersaga.coordinator.transport;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Rejection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Refusals of participants as the engine keeps them: a text for DTM's clients, and a `google.rpc.Status` that
/// goes out with the compensations.
final class Rejections {

    private static final int MESSAGE_LENGTH_MAX = 500;

    private Rejections() {}

    /// @param details the bytes of a `google.rpc.Status`, when the participant gave one
    static Rejection of(String message, byte @Nullable [] details) {
        return new Rejection(message, fit(statusOf(message, details)));
    }

    /// Of an HTTP answer, in the form of saga-client's `BranchAnswer`: `reason`, `domain`, `metadata` and `message`
    /// of a JSON object are the `ErrorInfo` and the text that a gRPC participant would have given. An object
    /// without a reason, and anything else, is a text.
    static Rejection ofAnswer(String body) {
        return Json.parse(body)
                .filter(JsonNode::isObject)
                .filter(answer -> !text(answer, "reason").isEmpty())
                .map(answer -> new Rejection(body, fit(typed(answer))))
                .orElseGet(() -> of(body, null));
    }

    private static Status typed(JsonNode answer) {
        ErrorInfo.Builder why =
                ErrorInfo.newBuilder().setReason(text(answer, "reason")).setDomain(text(answer, "domain"));
        for (Map.Entry<String, JsonNode> value : answer.path("metadata").properties()) {
            why.putMetadata(value.getKey(), value.getValue().stringValue(""));
        }
        return plain(text(answer, "message")).toBuilder()
                .addDetails(Any.pack(why.build()))
                .build();
    }

    private static String text(JsonNode answer, String field) {
        return answer.path(field).stringValue("");
    }

    private static Status statusOf(String message, byte @Nullable [] details) {
        if (details != null) {
            try {
                return Status.parseFrom(details);
            } catch (InvalidProtocolBufferException notAStatus) {
                // What cannot be read cannot be passed on; the text still can.
                return plain(message);
            }
        }
        return plain(message);
    }

    private static Status plain(String message) {
        return Status.newBuilder()
                .setCode(Code.ABORTED.value())
                .setMessage(message.substring(0, Math.min(message.length(), MESSAGE_LENGTH_MAX)))
                .build();
    }

    /// What is too large to travel as a header loses all but its `ErrorInfo`, and then that too.
    private static Bytes fit(Status status) {
        if (status.getSerializedSize() <= Rejection.STATUS_SIZE_MAX) {
            return Bytes.of(status.toByteArray());
        }
        Status.Builder smaller = plain(status.getMessage()).toBuilder().setCode(status.getCode());
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                smaller.addDetails(detail);
            }
        }
        Status withInfo = smaller.build();
        return Bytes.of(
                withInfo.getSerializedSize() <= Rejection.STATUS_SIZE_MAX
                        ? withInfo.toByteArray()
                        : smaller.clearDetails().build().toByteArray());
    }
}
