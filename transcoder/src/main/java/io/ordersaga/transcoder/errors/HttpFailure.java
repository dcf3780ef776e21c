package io.ordersaga.transcoder.errors;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// One refusal or failure, ready to be written.
///
/// @param headers of the answer, such as `Allow` and `Retry-After`
public record HttpFailure(int httpCode, Status status, SortedMap<String, String> headers) {
    static final String RETRY_AFTER = "Retry-After";

    /// A failure that was found on the HTTP side itself. Whose that is, [#in] says.
    static HttpFailure of(Code code, String reason, String message) {
        return of(code, reason, message, Map.of());
    }

    static HttpFailure of(Code code, String reason, String message, Map<String, String> metadata) {
        return new HttpFailure(
                        HttpCodes.of(code),
                        Status.newBuilder()
                                .setCode(code.getNumber())
                                .setMessage(message)
                                .build(),
                        new TreeMap<>())
                .with(ErrorInfo.newBuilder()
                        .setReason(reason)
                        .putAllMetadata(metadata)
                        .build());
    }

    /// The reason of the `ErrorInfo`, empty when there is none.
    String reason() {
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    return detail.unpack(ErrorInfo.class).getReason();
                } catch (InvalidProtocolBufferException e) {
                    return "";
                }
            }
        }
        return "";
    }

    /// The same failure; where it was found on the HTTP side, as one of this domain.
    public HttpFailure in(String domain) {
        Status.Builder named = status.toBuilder();
        for (int i = 0; i < status.getDetailsCount(); i++) {
            Any detail = status.getDetails(i);
            if (detail.is(ErrorInfo.class)) {
                try {
                    ErrorInfo info = detail.unpack(ErrorInfo.class);
                    if (info.getDomain().isEmpty()) {
                        named.setDetails(
                                i, Any.pack(info.toBuilder().setDomain(domain).build()));
                    }
                } catch (InvalidProtocolBufferException e) {
                    // Not one of ours, which are well-formed.
                }
            }
        }
        return new HttpFailure(httpCode, named.build(), headers);
    }

    HttpFailure with(Message detail) {
        return new HttpFailure(
                httpCode, status.toBuilder().addDetails(Any.pack(detail)).build(), headers);
    }

    HttpFailure withHttpCode(int code) {
        return new HttpFailure(code, status, headers);
    }

    HttpFailure withHeader(String name, String value) {
        SortedMap<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new HttpFailure(httpCode, status, more);
    }

    /// The same failure with more headers.
    public HttpFailure withHeaders(Map<String, String> more) {
        HttpFailure failure = this;
        for (Map.Entry<String, String> header : more.entrySet()) {
            failure = failure.withHeader(header.getKey(), header.getValue());
        }
        return failure;
    }

    /// Says when to come again, to programs that read details and to those that read headers.
    HttpFailure withRetryInfo(Duration delay) {
        return with(RetryInfo.newBuilder()
                        .setRetryDelay(Durations.fromNanos(delay.toNanos()))
                        .build())
                .withRetryAfter(delay);
    }

    /// The header counts whole seconds; never 0, which would mean "now".
    HttpFailure withRetryAfter(Duration delay) {
        long seconds = Math.max(1, delay.plusNanos(999_999_999).toSeconds());
        return withHeader(RETRY_AFTER, String.valueOf(seconds));
    }

    /// Ends the handling of a request with this failure.
    public HttpFailureException asException() {
        return new HttpFailureException(this);
    }
}
