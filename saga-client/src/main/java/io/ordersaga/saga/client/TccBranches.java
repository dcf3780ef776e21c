package io.ordersaga.saga.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.ordersaga.saga.dtm.DtmBranchRequest;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Calls the tries of a [Tcc]'s branches. A branch is registered with the coordinator before its try is
/// called, so that it is cancelled even if the answer gets lost. Thread-safe: branches may be tried at
/// once.
public final class TccBranches {
    /// DTM's numbers have two digits, and its servers take no longer parent.
    private static final int BRANCHES_MAX = 99;

    private static final int PARENT_LENGTH_MAX = 20;

    /// Stands for the transaction itself where a parent is asked for.
    static final String ROOT = "-";

    private final String gid;
    private final String parentId;
    private final Map<String, String> headers;
    private final Consumer<DtmBranchRequest> coordinator;
    private final BranchConnections connections;
    private final String coordinatorAddress;
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private int branches;

    /// Branches below another.
    ///
    /// @param parent the branch whose try this happens in; its id is [#ROOT] for the transaction's own branches
    TccBranches(
            BranchContext parent,
            Map<String, String> headers,
            Consumer<DtmBranchRequest> coordinator,
            BranchConnections connections,
            String coordinatorAddress) {
        this.gid = parent.gid();
        this.parentId = parent.branchId().equals(ROOT) ? "" : parent.branchId();
        this.headers = headers;
        this.coordinator = coordinator;
        this.connections = connections;
        this.coordinatorAddress = coordinatorAddress;
    }

    public String gid() {
        return gid;
    }

    /// Registers the branch and calls its try.
    ///
    /// @return what the try answered, byte for byte
    /// @throws BranchRefusedException when the branch refuses. Let it through, or the transaction would
    ///     be confirmed without the branch: the transaction is cancelled even if the work catches it, but
    ///     a nested one is not
    /// @throws SagaRefusedException when the coordinator takes no branch any more, as after the timeout
    /// @throws io.grpc.StatusRuntimeException when the coordinator or the branch fails otherwise, or
    ///     takes too long
    /// @throws BranchFailedException when an HTTP branch fails otherwise
    public ByteString call(TccBranch branch, Payload payload) {
        try {
            BranchContext context = new BranchContext(gid, "tcc", nextId(), "try");
            coordinator.accept(Tcc.registration(gid, context.branchId(), branch, payload));
            return connections.call(branch.tryUrl(), context, payload, headers, coordinatorAddress);
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            throw e;
        }
    }

    /// Registers the branch and calls its try, a gRPC method; see [#call(TccBranch, Payload)].
    ///
    /// @param answer any message of the answer's type, such as its default instance
    public <A extends Message> A call(TccBranch branch, Message request, A answer) {
        ByteString bytes = call(branch, Payload.of(request));
        try {
            @SuppressWarnings("unchecked") // a message's parser makes messages of its type
            A parsed = (A) answer.getParserForType().parseFrom(bytes);
            return parsed;
        } catch (InvalidProtocolBufferException e) {
            BranchFailedException failed = new BranchFailedException(
                    branch.tryUrl() + " did not answer with a "
                            + answer.getDescriptorForType().getFullName(),
                    e);
            failure.compareAndSet(null, failed);
            throw failed;
        }
    }

    /// The first failure of a branch, whether or not the work knows of it.
    @Nullable
    RuntimeException failure() {
        return failure.get();
    }

    private synchronized String nextId() {
        if (branches >= BRANCHES_MAX) {
            throw new IllegalStateException(
                    "A transaction, or a branch of it, has at most " + BRANCHES_MAX + " branches");
        }
        if (parentId.length() >= PARENT_LENGTH_MAX) {
            throw new IllegalStateException("Branches are nested too deeply below " + parentId);
        }
        branches++;
        return parentId + String.format(Locale.ROOT, "%02d", branches);
    }
}
