package io.ordersaga.saga.client;

import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The coordinator answered `ABORTED`: it does not take the transaction, or the awaited one has not
/// succeeded. The message is the coordinator's.
public final class SagaRefusedException extends RuntimeException {
    /// DTM's words for a gid that can no longer be submitted, or prepared.
    private static final Pattern STANDING = Pattern.compile("current status '(\\w+)'");

    private final String gid;
    private final transient Status status;

    SagaRefusedException(String gid, @Nullable Status status, StatusRuntimeException cause) {
        super(cause.getStatus().getDescription(), cause);
        this.gid = gid;
        this.status = status == null ? Status.getDefaultInstance() : status;
    }

    public String gid() {
        return gid;
    }

    /// The whole answer. Its details hold the `ErrorInfo` of the branch that refused, when the
    /// coordinator passes it on (DTM's server does not).
    public Status status() {
        return status;
    }

    /// Where the transaction of this gid stands, when that is why it was not taken: `succeed`, `failed`,
    /// `aborting`, `submitted` or `prepared`. An earlier submission got through, then, although its
    /// answer did not. Empty when it is refused for another reason.
    public Optional<String> standing() {
        Matcher words = STANDING.matcher(String.valueOf(getMessage()));
        return words.find() ? Optional.of(words.group(1)) : Optional.empty();
    }
}
