package io.ordersaga.saga.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.grpc.Context;
import io.grpc.Metadata;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which operation of which branch of which global transaction a call is, as the coordinator says in the
/// call's metadata.
///
/// @param gid the global transaction, 1 to 128 bytes of printable ASCII, compared byte by byte
/// @param transType `saga`, `tcc`, `msg`, `xa` or `workflow`
/// @param branchId the branch within the transaction; a step's action and compensation share it
/// @param op `action`, `compensate`, `try`, `confirm`, `cancel`, ...
/// @param rejection in a compensation: the refusal that made the transaction roll back. Empty when it
///     rolls back for another reason, and always under a coordinator that does not send it (DTM's
///     server).
public record BranchContext(String gid, String transType, String branchId, String op, Optional<Status> rejection) {
    static final Metadata.Key<String> GID = text("dtm-gid");
    static final Metadata.Key<String> TRANS_TYPE = text("dtm-trans_type");
    static final Metadata.Key<String> BRANCH_ID = text("dtm-branch_id");
    static final Metadata.Key<String> OP = text("dtm-op");
    static final Metadata.Key<byte[]> REJECTION =
            Metadata.Key.of("saga-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER);

    /// Bytes of a rejection; a longer one is dropped.
    static final int REJECTION_BYTES_MAX = 4096;

    static final Context.Key<BranchContext> CURRENT = Context.key("ordersaga-branch");

    private static final Set<String> QUERY_KEYS = Set.of("gid", "trans_type", "branch_id", "op");

    private static final Logger log = LoggerFactory.getLogger(BranchContext.class);

    /// @throws InvalidBranchException when a component is empty, too long or not printable ASCII
    public BranchContext {
        Ids.id("gid", gid);
        Ids.word("trans_type", transType);
        Ids.id("branch_id", branchId);
        Ids.word("op", op);
    }

    public BranchContext(String gid, String transType, String branchId, String op) {
        this(gid, transType, branchId, op, Optional.empty());
    }

    /// Reads a call's metadata.
    ///
    /// @throws InvalidBranchException when a key is missing or its value is not usable
    public static BranchContext from(Metadata metadata) {
        return new BranchContext(
                value(metadata, GID),
                value(metadata, TRANS_TYPE),
                value(metadata, BRANCH_ID),
                value(metadata, OP),
                rejection(metadata.get(REJECTION)));
    }

    /// Reads the query of a call over HTTP: `gid=...&trans_type=...&branch_id=...&op=...`, in any order
    /// and with anything else in between.
    ///
    /// @param rawQuery as it came, percent-encoded, without the `?`
    /// @throws InvalidBranchException when a key is missing or its value is not usable
    public static BranchContext fromQuery(String rawQuery) {
        Map<String, String> values = new HashMap<>();
        for (String pair : rawQuery.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && QUERY_KEYS.contains(pair.substring(0, equals))) {
                values.put(pair.substring(0, equals), decoded(pair.substring(0, equals), pair.substring(equals + 1)));
            }
        }
        return new BranchContext(
                values.getOrDefault("gid", ""),
                values.getOrDefault("trans_type", ""),
                values.getOrDefault("branch_id", ""),
                values.getOrDefault("op", ""));
    }

    /// The same with the rejection of an HTTP call, which our coordinator sends in the header
    /// `saga-rejection-bin`. DTM's server does not.
    ///
    /// @param header base64, or null; what cannot be read is dropped, so that the compensation can run
    public BranchContext withRejection(@Nullable String header) {
        if (header == null || header.isEmpty()) {
            return this;
        }
        try {
            return new BranchContext(
                    gid, transType, branchId, op, rejection(Base64.getDecoder().decode(header)));
        } catch (IllegalArgumentException e) {
            log.warn("Dropped a rejection that is no base64", e);
            return this;
        }
    }

    private static String decoded(String field, String raw) {
        try {
            return URLDecoder.decode(raw, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidBranchException(field, "is not percent-encoded: " + e.getMessage());
        }
    }

    /// The context of the gRPC call that runs on this thread, put there by [BranchContextInterceptor].
    ///
    /// @throws InvalidBranchException when the call did not come from a coordinator
    public static BranchContext current() {
        return find().orElseThrow(
                        () -> new InvalidBranchException("gid", "is missing: only a coordinator calls this method"));
    }

    /// Like [#current], but empty when the call did not come from a coordinator.
    public static Optional<BranchContext> find() {
        return Optional.ofNullable(CURRENT.get());
    }

    /// The metadata that [#from] reads back: for tests, and for initiators that call a branch themselves.
    public Metadata toMetadata() {
        Metadata metadata = new Metadata();
        metadata.put(GID, gid);
        metadata.put(TRANS_TYPE, transType);
        metadata.put(BRANCH_ID, branchId);
        metadata.put(OP, op);
        rejection.ifPresent(status -> metadata.put(REJECTION, status.toByteArray()));
        return metadata;
    }

    private static String value(Metadata metadata, Metadata.Key<String> key) {
        String value = metadata.get(key);
        return value == null ? "" : value;
    }

    /// A reason that cannot be read must not keep a compensation from running.
    private static Optional<Status> rejection(byte @Nullable [] bytes) {
        if (bytes == null) {
            return Optional.empty();
        }
        if (bytes.length > REJECTION_BYTES_MAX) {
            log.warn("Dropped a rejection of {} bytes, at most {} are read", bytes.length, REJECTION_BYTES_MAX);
            return Optional.empty();
        }
        try {
            return Optional.of(Status.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            log.warn("Dropped a rejection that is no google.rpc.Status", e);
            return Optional.empty();
        }
    }

    private static Metadata.Key<String> text(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
