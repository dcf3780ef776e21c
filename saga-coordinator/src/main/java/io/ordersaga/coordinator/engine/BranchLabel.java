package io.ordersaga.coordinator.engine;

/// What a branch is called where its place among the others does not say it.
///
/// @param branchId empty: counted from `01`
/// @param op the word its participant is called with; empty: the word of the mode
/// @param recorded what the application said of a branch that it called itself; `PREPARED` when it said nothing
public record BranchLabel(String branchId, String op, BranchStatus recorded) {

    /// In characters; participants keep it in their barrier rows.
    public static final int BRANCH_ID_LENGTH_MAX = 128;

    /// In characters; participants keep it in their barrier rows.
    public static final int OP_LENGTH_MAX = 45;

    public static final BranchLabel NONE = new BranchLabel("", "", BranchStatus.PREPARED);

    /// The branch over which the coordinator asks the application how far it is.
    public static final String CHECK_BACK_ID = "00";

    public BranchLabel {
        requireShort("branch_id", branchId, BRANCH_ID_LENGTH_MAX);
        requireShort("op", op, OP_LENGTH_MAX);
    }

    public static BranchLabel ofId(String branchId) {
        return new BranchLabel(branchId, "", BranchStatus.PREPARED);
    }

    /// The label of a check-back.
    public static BranchLabel checkBack(String op) {
        return new BranchLabel(CHECK_BACK_ID, op, BranchStatus.PREPARED);
    }

    boolean isCheckBack() {
        return branchId.equals(CHECK_BACK_ID) && !op.isEmpty();
    }

    /// Both travel as gRPC metadata and in queries; see [Gid].
    private static void requireShort(String field, String text, int lengthMax) {
        if (text.length() > lengthMax) {
            throw new InvalidSagaException(field, "must be at most " + lengthMax + " characters long");
        }
        for (int index = 0; index < text.length(); index++) {
            if (text.charAt(index) <= ' ' || text.charAt(index) > '~') {
                throw new InvalidSagaException(field, "must be printable ASCII without blanks");
            }
        }
    }
}
