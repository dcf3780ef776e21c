package io.ordersaga.saga.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The business says no: the branch changes nothing and the saga rolls back. Thrown inside a barrier call
/// it takes the barrier's row back with it. On the wire it is `ABORTED` with a `google.rpc.ErrorInfo`,
/// whose reason reaches the one who placed the order. Not for outages: whatever may work on the next try
/// is any other exception.
public final class BranchRefusedException extends RuntimeException {
    private final String domain;
    private final String reason;
    private final transient Map<String, String> metadata;

    /// @param domain who refuses, such as `stock.ordersaga`
    /// @param reason why, a constant such as `OUT_OF_STOCK`
    /// @param message a sentence for people; sent as it is
    /// @param metadata the values behind the reason, such as `product_id`; copied
    public BranchRefusedException(String domain, String reason, String message, Map<String, String> metadata) {
        super(message);
        this.domain = domain;
        this.reason = reason;
        this.metadata = Map.copyOf(metadata);
    }

    /// What a branch that was called directly answered. Thrown on by a branch that called it, it is the
    /// same answer.
    static BranchRefusedException from(@Nullable Status status, Throwable cause) {
        String message = status == null ? String.valueOf(cause.getMessage()) : status.getMessage();
        ErrorInfo info = ErrorInfo.newBuilder().setReason("BRANCH_REFUSED").build();
        if (status != null) {
            for (Any detail : status.getDetailsList()) {
                if (detail.is(ErrorInfo.class)) {
                    info = unpacked(detail);
                }
            }
        }
        BranchRefusedException refusal =
                new BranchRefusedException(info.getDomain(), info.getReason(), message, info.getMetadataMap());
        refusal.initCause(cause);
        return refusal;
    }

    private static ErrorInfo unpacked(Any detail) {
        try {
            return detail.unpack(ErrorInfo.class);
        } catch (InvalidProtocolBufferException e) {
            // The refusal counts, whatever it says.
            return ErrorInfo.newBuilder().setReason("BRANCH_REFUSED").build();
        }
    }

    public String domain() {
        return domain;
    }

    public String reason() {
        return reason;
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    /// The answer on the wire: `ABORTED` with an `ErrorInfo`.
    public Status toStatus() {
        ErrorInfo info = ErrorInfo.newBuilder()
                .setDomain(domain)
                .setReason(reason)
                .putAllMetadata(metadata)
                .build();
        return Status.newBuilder()
                .setCode(Code.ABORTED_VALUE)
                .setMessage(getMessage())
                .addDetails(Any.pack(info))
                .build();
    }
}
