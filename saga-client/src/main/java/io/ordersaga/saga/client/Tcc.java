package io.ordersaga.saga.client;

import io.ordersaga.saga.dtm.DtmBranchRequest;
import io.ordersaga.saga.dtm.DtmRequest;
import java.time.Duration;

/// A transaction of branches that are tried first, and then all confirmed or all cancelled: DTM's mode
/// `tcc`. Its branches are called while it runs, see [DtmClient#tcc].
///
/// Immutable: each method returns a new one. All of them throw `IllegalArgumentException` for a value
/// that could not be sent.
public final class Tcc {
    /// DTM's clients keep no more of a reason.
    private static final int REASON_LENGTH_MAX = 1000;

    private final String gid;
    private final TransOptions options;

    private Tcc(String gid, TransOptions options) {
        this.gid = gid;
        this.options = options;
    }

    /// A transaction without branches.
    ///
    /// @param gid its identity, 1 to 128 characters of printable ASCII without blanks and `;`, to be used
    ///     once
    /// @throws InvalidBranchException when the gid is not of that form
    public static Tcc of(String gid) {
        return new Tcc(TransOptions.gid(gid), TransOptions.NONE);
    }

    public String gid() {
        return gid;
    }

    /// Sends `key: value` with every call of a branch, its try included; see [Saga#branchHeader].
    public Tcc branchHeader(String key, String value) {
        return new Tcc(gid, options.branchHeader(key, value));
    }

    /// Whether [DtmClient#tcc] returns only when all branches have confirmed; otherwise it returns when
    /// the decision to confirm is durable.
    public Tcc waitResult(boolean wait) {
        return new Tcc(gid, options.waitResult(wait));
    }

    /// How long all tries together may take before the coordinator cancels them: whole seconds, at least
    /// one. The coordinator's default (DTM's is 35 s), unless set.
    public Tcc timeoutToFail(Duration timeout) {
        return new Tcc(gid, options.timeoutToFail(timeout));
    }

    /// The wait before a confirm or cancel is first called again: whole seconds, at least one. The
    /// coordinator's default, unless set.
    public Tcc retryInterval(Duration interval) {
        return new Tcc(gid, options.retryInterval(interval));
    }

    /// How long one call of a confirm or cancel may take: whole seconds, at least one. The coordinator's
    /// default, unless set.
    public Tcc requestTimeout(Duration timeout) {
        return new Tcc(gid, options.requestTimeout(timeout));
    }

    TransOptions options() {
        return options;
    }

    /// DTM's message for `Prepare` and `Submit`.
    DtmRequest toRequest() {
        return DtmRequest.newBuilder()
                .setGid(gid)
                .setTransType("tcc")
                .setTransOptions(options.toMessage())
                .build();
    }

    static DtmRequest abort(String gid, String transType, String reason) {
        return DtmRequest.newBuilder()
                .setGid(gid)
                .setTransType(transType)
                .setRollbackReason(reason.substring(0, Math.min(reason.length(), REASON_LENGTH_MAX)))
                .build();
    }

    static DtmBranchRequest registration(String gid, String branchId, TccBranch branch, Payload payload) {
        return DtmBranchRequest.newBuilder()
                .setGid(gid)
                .setTransType("tcc")
                .setBranchID(branchId)
                .putData("confirm", branch.confirm())
                .putData("cancel", branch.cancel())
                .setBusiPayload(payload.toBytes())
                .build();
    }
}
