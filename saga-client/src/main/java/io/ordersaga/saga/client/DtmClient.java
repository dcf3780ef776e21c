package io.ordersaga.saga.client;

import com.google.protobuf.Empty;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ordersaga.saga.dtm.DtmBranchRequest;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmGrpc.DtmBlockingStub;
import io.ordersaga.saga.dtm.DtmRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Talks to a coordinator over DTM's gRPC service. Every call blocks its thread, has a deadline and is
/// made once: the client never retries. Thread-safe; channel and connections stay the caller's to close.
///
/// A call that does not get through throws `StatusRuntimeException`. After `DEADLINE_EXCEEDED` or
/// `UNAVAILABLE` the coordinator may have accepted the transaction or not: submit the same gid again, or
/// look at what the branches did.
public final class DtmClient {
    private static final Logger log = LoggerFactory.getLogger(DtmClient.class);

    private static final Set<Status.Code> DOWN = Set.of(
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.CANCELLED);

    private final Channel channel;
    private final DtmBlockingStub stub;
    private final Duration deadline;
    private final @Nullable BranchConnections connections;

    /// A client that calls no branch itself, and therefore has no [#tcc].
    ///
    /// @param channel to the coordinator's gRPC port
    /// @param deadline of each call that does not state its own
    public DtmClient(Channel channel, Duration deadline) {
        this(channel, deadline, null);
    }

    /// A client for all modes.
    ///
    /// @param channel to the coordinator's gRPC port
    /// @param deadline of each call that does not state its own
    /// @param connections to the branches that [#tcc] tries
    public DtmClient(Channel channel, Duration deadline, @Nullable BranchConnections connections) {
        this.channel = channel;
        this.stub = DtmGrpc.newBlockingStub(channel);
        this.deadline = checked(deadline);
        this.connections = connections;
    }

    /// Whether a call failed because the coordinator is down or busy, and not for what it was about:
    /// whoever has more to hand over should come back later.
    public static boolean isDown(StatusRuntimeException failure) {
        return DOWN.contains(failure.getStatus().getCode());
    }

    /// A gid that no transaction has used.
    public String newGid() {
        return within(deadline).newGid(Empty.getDefaultInstance()).getGid();
    }

    /// Hands the saga over with the client's deadline; see [#submit(Saga, Duration)].
    public void submit(Saga saga) {
        submit(saga, deadline);
    }

    /// Hands the saga over. It is durable when this returns, and with [Saga#waitResult] has succeeded.
    ///
    /// @throws SagaRefusedException when the coordinator does not take the saga, or with
    ///     [Saga#waitResult] when the saga has not succeeded. Under DTM's own server that includes a saga
    ///     which is still being retried.
    /// @throws StatusRuntimeException when the call fails otherwise; the outcome may be unknown
    /// @throws IllegalArgumentException when the saga has no steps, or steps wait for others that are not
    ///     there
    public void submit(Saga saga, Duration deadline) {
        submit(saga.toRequest(), checked(deadline));
    }

    /// Hands the message over with the client's deadline; see [#submit(Msg, Duration)].
    public void submit(Msg msg) {
        submit(msg, deadline);
    }

    /// Hands the message over without asking whether anything was committed. It is durable when this
    /// returns, and with [Msg#waitResult] has reached all receivers.
    ///
    /// @throws SagaRefusedException when the coordinator does not take the message, or with
    ///     [Msg#waitResult] when not all receivers have it yet: they go on being called
    /// @throws StatusRuntimeException when the call fails otherwise; the outcome may be unknown
    /// @throws IllegalArgumentException when the message has no receivers
    public void submit(Msg msg, Duration deadline) {
        submit(msg.toRequest(), checked(deadline));
    }

    /// Runs a local transaction and sends the message if, and only if, it commits, whatever dies in
    /// between:
    ///
    /// 1. the coordinator stores the message as prepared;
    /// 2. `work` runs in one transaction with the message's row in the barrier's table;
    /// 3. the message is submitted after the commit, or aborted after a roll-back.
    ///
    /// A coordinator that hears of neither asks [Msg#queryPrepared]. Calling again with the same gid does
    /// nothing twice.
    ///
    /// ```java
    /// client.doAndSubmit(
    ///         Msg.of("paid-" + paymentId).deliver(receiver, points).queryPrepared(self),
    ///         barrier,
    ///         connection -> payments.markPaid(connection, paymentId));
    /// ```
    ///
    /// @param barrier on the database of `work`; the handler of [Msg#queryPrepared] has one on the same
    /// @param work throws [BranchRefusedException], or anything else, to roll back
    /// @return how it was sent. With [Msg#waitResult], [MsgOutcome#LEFT_TO_COORDINATOR] also when a
    ///     receiver has not succeeded yet
    /// @throws SagaRefusedException when the coordinator does not take the message; nothing was done
    ///     then, or the message was ended by somebody else in spite of the commit
    /// @throws MsgAbortedException when the coordinator had asked before the commit
    /// @throws StatusRuntimeException when the message could not be prepared; nothing was done
    /// @throws SQLException when the local transaction failed; it is rolled back and the message aborted.
    ///     Where the database does not tell any more what became of the commit, the coordinator will ask
    /// @throws IllegalArgumentException when the message has no receivers or no [Msg#queryPrepared]
    /// @throws IllegalStateException when the barrier would join a transaction that is not over with this
    ///     call
    public MsgOutcome doAndSubmit(Msg msg, Barrier barrier, SqlWork work) throws SQLException {
        if (!msg.hasQueryPrepared()) {
            throw new IllegalArgumentException(
                    "The message " + msg.gid() + " does not say where to ask for its commit");
        }
        DtmRequest request = msg.toRequest();
        BranchBarrier local = barrier.of(msg.localTransaction());
        local.requireOwnTransaction();
        try {
            prepare(request);
        } catch (SagaRefusedException e) {
            if (local.isCommitted()) {
                return MsgOutcome.DUPLICATE;
            }
            throw e;
        }
        return switch (commit(request, local, work)) {
            case DUPLICATE -> send(request, MsgOutcome.DUPLICATE);
            case LATE -> {
                abort(request.getGid(), "msg", "the local transaction came too late");
                throw new MsgAbortedException(request.getGid());
            }
            // The latter is for operations that undo something.
            case EXECUTED, NULL_COMPENSATION -> send(request, MsgOutcome.SUBMITTED);
        };
    }

    private BarrierOutcome commit(DtmRequest request, BranchBarrier local, SqlWork work) throws SQLException {
        try {
            return local.call(work);
        } catch (BranchRefusedException refusal) {
            abort(request.getGid(), "msg", String.valueOf(refusal.getMessage()));
            throw refusal;
        } catch (Throwable failure) { // also after an Error the coordinator should not have to ask
            Optional<Boolean> committed = settled(local, failure);
            if (committed.equals(Optional.of(true))) {
                log.warn("The commit of message {} was reported as failed, but is there", request.getGid(), failure);
                return BarrierOutcome.EXECUTED;
            }
            if (committed.isPresent()) {
                abort(request.getGid(), "msg", String.valueOf(failure));
            }
            throw failure;
        }
    }

    /// Whether the local transaction was committed: a commit that failed may have succeeded all the same,
    /// so the row decides, and asking keeps it from doing so later. Empty when that fails, too.
    private static Optional<Boolean> settled(BranchBarrier local, Throwable failure) {
        try {
            return Optional.of(local.settle());
        } catch (SQLException | RuntimeException unknown) {
            failure.addSuppressed(unknown);
            return Optional.empty();
        }
    }

    private MsgOutcome send(DtmRequest request, MsgOutcome outcome) {
        try {
            submit(request, deadline);
            return outcome;
        } catch (SagaRefusedException e) {
            String standing = e.standing().orElse("");
            if (standing.equals("submitted") || standing.equals("succeed")) {
                return outcome;
            }
            if (standing.isEmpty() && request.getTransOptions().getWaitResult()) {
                return MsgOutcome.LEFT_TO_COORDINATOR;
            }
            throw e;
        } catch (StatusRuntimeException e) {
            log.warn("Message {} is committed; the coordinator will ask for it: {}", request.getGid(), e.getMessage());
            return MsgOutcome.LEFT_TO_COORDINATOR;
        }
    }

    /// Runs `work`, which tries branches; confirms all of them when it returns, cancels all of them when
    /// it throws, and when a branch failed although it returns.
    ///
    /// ```java
    /// client.tcc(Tcc.of("transfer-42"), branches -> {
    ///     branches.call(new TccBranch(tryOut, confirmOut, cancelOut), Payload.of(out));
    ///     return branches.call(new TccBranch(tryIn, confirmIn, cancelIn), Payload.of(in));
    /// });
    /// ```
    ///
    /// If this program dies meanwhile, the coordinator cancels after [Tcc#timeoutToFail].
    ///
    /// @return what `work` returned. The decision to confirm is durable then, and with [Tcc#waitResult]
    ///     all branches have confirmed
    /// @throws X what `work` threw; the branches are cancelled, now or by the coordinator later
    /// @throws SagaRefusedException when the coordinator does not take the transaction, as when it took
    ///     too long; with [Tcc#waitResult] also when not all branches have confirmed yet
    /// @throws StatusRuntimeException when the coordinator does not answer. Before `work` nothing was
    ///     done; after it, the branches are confirmed if the coordinator heard, and cancelled if it did
    ///     not
    public <T, X extends Exception> T tcc(Tcc tcc, TccWork<T, X> work) throws X {
        BranchContext root = new BranchContext(tcc.gid(), "tcc", TccBranches.ROOT, "try");
        TccBranches branches = branches(root, tcc.options().branchHeaders());
        prepare(tcc.toRequest());
        T result;
        try {
            result = work.run(branches);
            RuntimeException missed = branches.failure();
            if (missed != null) {
                throw missed;
            }
        } catch (Throwable failure) { // whatever it was, the branches must not stay tried
            abort(tcc.gid(), "tcc", String.valueOf(failure.getMessage()));
            throw failure;
        }
        submit(tcc.toRequest(), deadline);
        return result;
    }

    /// For the try of a branch that has branches of its own: calls and registers them as part of the same
    /// transaction, with ids below that of `branch` (`01` has `0101`, `0102`, ...), as DTM's clients do.
    /// They are confirmed, or cancelled, before the branch itself.
    ///
    /// @param branch of the call that is being handled, see [BranchContext#current]
    /// @throws InvalidBranchException when that is not the try of a tcc
    public TccBranches nested(BranchContext branch) {
        if (!branch.transType().equals("tcc")) {
            throw new InvalidBranchException("trans_type", "must be tcc");
        }
        if (!branch.op().equals("try")) {
            throw new InvalidBranchException("op", "must be try");
        }
        return branches(branch, Map.of());
    }

    private TccBranches branches(BranchContext parent, Map<String, String> headers) {
        if (connections == null) {
            throw new IllegalStateException("This client was made without connections to branches");
        }
        String address = channel.authority() == null ? "" : channel.authority();
        return new TccBranches(parent, headers, this::register, connections, address);
    }

    private void register(DtmBranchRequest request) {
        refusable(request.getGid(), () -> within(deadline).registerBranch(request));
    }

    private void prepare(DtmRequest request) {
        refusable(request.getGid(), () -> within(deadline).prepare(request));
    }

    private void submit(DtmRequest request, Duration time) {
        refusable(request.getGid(), () -> within(time).submit(request));
    }

    /// Spares the coordinator the wait for an answer that it gets by itself, so that failing does no
    /// harm.
    private void abort(String gid, String transType, String reason) {
        try {
            var _ = within(deadline).abort(Tcc.abort(gid, transType, reason));
        } catch (StatusRuntimeException e) {
            log.warn("Transaction {} could not be aborted; the coordinator finds out: {}", gid, e.getMessage());
        }
    }

    private interface Call {
        Empty make();
    }

    private static void refusable(String gid, Call call) {
        try {
            var _ = call.make();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.ABORTED) {
                throw new SagaRefusedException(gid, StatusProto.fromThrowable(e), e);
            }
            throw e;
        }
    }

    private DtmBlockingStub within(Duration time) {
        return stub.withDeadlineAfter(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Duration checked(Duration deadline) {
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException("A deadline must be positive: " + deadline);
        }
        return deadline;
    }
}
