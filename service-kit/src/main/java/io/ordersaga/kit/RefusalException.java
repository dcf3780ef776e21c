package io.ordersaga.kit;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A "no" of a public service that the caller can understand: it becomes a `google.rpc.Status` with an `ErrorInfo`.
/// It is an answer and not an accident, so it has no stack trace and nothing is logged for it.
public final class RefusalException extends RuntimeException {
    private final Status.Code code;
    private final String domain;
    private final String reason;
    private final Map<String, String> metadata;
    private final transient List<Message> details;
    private final boolean lasting;

    public RefusalException(
            Status.Code code, String domain, String reason, String message, Map<String, String> metadata) {
        this(code, domain, reason, message, metadata, List.of(), false);
    }

    private RefusalException(
            Status.Code code,
            String domain,
            String reason,
            String message,
            Map<String, String> metadata,
            List<Message> details,
            boolean lasting) {
        super(message, null, false, false);
        if (code == Status.Code.OK) {
            throw new IllegalArgumentException("OK is no refusal: " + reason);
        }
        this.code = code;
        this.domain = domain;
        this.reason = reason;
        this.metadata = Map.copyOf(metadata);
        this.details = details;
        this.lasting = lasting;
    }

    /// The refusal that [#toStatus] made.
    static RefusalException of(com.google.rpc.Status status) throws InvalidProtocolBufferException {
        ErrorInfo info = ErrorInfo.getDefaultInstance();
        List<Message> details = new ArrayList<>();
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                info = detail.unpack(ErrorInfo.class);
            } else {
                details.add(detail);
            }
        }
        return new RefusalException(
                Status.fromCodeValue(status.getCode()).getCode(),
                info.getDomain(),
                info.getReason(),
                status.getMessage(),
                info.getMetadataMap(),
                List.copyOf(details),
                true);
    }

    /// The same refusal with one more detail, such as `BadRequest` or `RetryInfo`.
    public RefusalException with(Message detail) {
        List<Message> more = new ArrayList<>(details);
        more.add(detail);
        return new RefusalException(code, domain, reason, text(), metadata, List.copyOf(more), lasting);
    }

    /// The same refusal as one that the same request will always get, because what it was about is over: repeated
    /// under its id, it is refused again like this, without another try.
    public RefusalException lasting() {
        return new RefusalException(code, domain, reason, text(), metadata, details, true);
    }

    boolean lasts() {
        return lasting;
    }

    public Status.Code code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    com.google.rpc.Status toStatus() {
        com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
                .setCode(code.value())
                .setMessage(text())
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(reason)
                        .setDomain(domain)
                        .putAllMetadata(metadata)
                        .build()));
        details.forEach(detail -> status.addDetails(detail instanceof Any packed ? packed : Any.pack(detail)));
        return status.build();
    }

    private String text() {
        String message = getMessage();
        return message == null ? reason : message;
    }
}
