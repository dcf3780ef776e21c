package io.ordersaga.coordinator.transport;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a submitter hears that is not a plain yes, once for both transports: DTM's code and text, and beside
/// them the `ErrorInfo` that DTM has not.
final class SagaErrors {

    static final String DOMAIN = "saga.ordersaga";

    /// Codes, message and details travel in one header block, of which gRPC clients take 8 KiB.
    private static final int MESSAGE_BYTES_MAX = 500;
    private static final int STATUS_BYTES_MAX = 4096;

    private SagaErrors() {}

    /// What was asked for.
    enum Verb {
        SUBMIT,
        PREPARE,
        ABORT,
        REGISTER,
        FORCE_STOP
    }

    /// Empty when the answer is a yes.
    static Optional<Status> statusOf(SubmitAnswer answer, Verb verb, String gid) {
        return switch (answer) {
            case SubmitAnswer.Accepted _, SubmitAnswer.Succeeded _ -> Optional.empty();
            case SubmitAnswer.RolledBack(Rejection rejection) -> Optional.of(rolledBack(rejection));
            case SubmitAnswer.Unfinished(Optional<Rejection> rejection) ->
                Optional.of(status(
                        Code.ABORTED,
                        rejection.map(Rejection::reason).orElse("wait result not return success: FAILURE"),
                        info("SAGA_UNFINISHED", Map.of())));
            case SubmitAnswer.AlreadyFinished(var status) ->
                Optional.of(status(
                        Code.ABORTED,
                        "current status '" + status.wireName() + "', cannot sumbmit. FAILURE",
                        info("SAGA_ALREADY_FINISHED", Map.of("status", status.wireName()))));
            case SubmitAnswer.WrongStatus(Mode mode, SagaStatus status) ->
                Optional.of(status(
                        Code.ABORTED,
                        wrongStatus(verb, gid, mode.wireName(), status.wireName()),
                        info("WRONG_STATUS", Map.of("status", status.wireName(), "trans_type", mode.wireName()))));
            case SubmitAnswer.NoSuchGid _ ->
                Optional.of(
                        verb == Verb.REGISTER
                                ? status(Code.ABORTED, notPrepared(gid), info("NO_SUCH_GID", Map.of()))
                                : status(
                                        Code.NOT_FOUND,
                                        "no TransGlobal with gid: " + gid + " found",
                                        info("NO_SUCH_GID", Map.of())));
            case SubmitAnswer.GidReused _ ->
                Optional.of(status(
                        Code.ABORTED,
                        "this gid belongs to a saga with other content. FAILURE",
                        info("GID_REUSED", Map.of())));
            case SubmitAnswer.Overloaded(Duration retryAfter) -> Optional.of(overloaded(retryAfter));
        };
    }

    /// DTM's words to the letter.
    private static String wrongStatus(Verb verb, String gid, String mode, String status) {
        return switch (verb) {
            case SUBMIT -> "current status '" + status + "', cannot sumbmit. FAILURE";
            case PREPARE -> "current status '" + status + "', cannot prepare. FAILURE";
            case ABORT -> "trans type: '" + mode + "' current status '" + status + "', cannot abort. FAILURE";
            case REGISTER -> notPrepared(gid);
            case FORCE_STOP -> "global transaction force stop error. status: " + status + ". error: FAILURE";
        };
    }

    private static String notPrepared(String gid) {
        return "no trans with gid: " + gid + " status: prepared found FAILURE";
    }

    /// Nothing was stored.
    static Status overloaded(Duration retryAfter) {
        return status(
                Code.RESOURCE_EXHAUSTED,
                "too many sagas are running",
                info("OVERLOADED", Map.of()),
                retryIn(retryAfter));
    }

    static Status unavailable(Duration retryAfter) {
        return status(
                Code.UNAVAILABLE,
                "the saga may or may not be stored; submitting it again is safe",
                info("STORE_UNAVAILABLE", Map.of()),
                retryIn(retryAfter));
    }

    static Status ongoing() {
        return status(
                Code.FAILED_PRECONDITION,
                "the transaction is stored and goes on; its end is not known yet. ONGOING",
                info("SAGA_UNFINISHED", Map.of()));
    }

    static Status notFound(String what) {
        return status(Code.NOT_FOUND, what, info("NOT_FOUND", Map.of()));
    }

    static Status invalid(InvalidSagaException invalid, String field) {
        BadRequest.FieldViolation violation = BadRequest.FieldViolation.newBuilder()
                .setField(field)
                .setDescription(invalid.description())
                .build();
        return status(
                Code.INVALID_ARGUMENT,
                field + ": " + invalid.description(),
                info("INVALID_REQUEST", Map.of("field", field)),
                BadRequest.newBuilder().addFieldViolations(violation).build());
    }

    /// The reason of the step that refused, with its own details if it gave any.
    private static Status rolledBack(Rejection rejection) {
        Status plain = status(Code.ABORTED, rejection.reason(), info("SAGA_ROLLED_BACK", Map.of()));
        if (rejection.status().isEmpty()) {
            return plain;
        }
        try {
            Status refusal = Status.parseFrom(rejection.status().toArray());
            Status typed = plain.toBuilder()
                    .clearDetails()
                    .addAllDetails(refusal.getDetailsList())
                    .build();
            boolean isTyped = refusal.getDetailsCount() > 0;
            return isTyped && typed.getSerializedSize() <= STATUS_BYTES_MAX ? typed : plain;
        } catch (InvalidProtocolBufferException notOurs) {
            return plain;
        }
    }

    private static Status status(Code code, String message, Message... details) {
        List<Any> packed = new ArrayList<>();
        for (Message detail : details) {
            packed.add(Any.pack(detail));
        }
        return Status.newBuilder()
                .setCode(code.value())
                .setMessage(cut(message))
                .addAllDetails(packed)
                .build();
    }

    private static ErrorInfo info(String reason, Map<String, String> metadata) {
        return ErrorInfo.newBuilder()
                .setReason(reason)
                .setDomain(DOMAIN)
                .putAllMetadata(metadata)
                .build();
    }

    /// What [#overloaded] said; a second when it said nothing.
    static Duration retryAfter(Status status) {
        for (Any detail : status.getDetailsList()) {
            if (detail.is(RetryInfo.class)) {
                try {
                    var delay = detail.unpack(RetryInfo.class).getRetryDelay();
                    return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
                } catch (InvalidProtocolBufferException notOurs) {
                    break;
                }
            }
        }
        return Duration.ofSeconds(1);
    }

    private static RetryInfo retryIn(Duration delay) {
        return RetryInfo.newBuilder()
                .setRetryDelay(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(delay.toSeconds())
                        .setNanos(delay.toNanosPart()))
                .build();
    }

    private static String cut(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MESSAGE_BYTES_MAX) {
            return message;
        }
        String mark = "... FAILURE";
        int end = MESSAGE_BYTES_MAX - mark.length();
        // Not in the middle of a character: continuation bytes are 10xxxxxx.
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + mark;
    }
}
