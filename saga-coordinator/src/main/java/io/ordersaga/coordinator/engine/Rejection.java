package io.ordersaga.coordinator.engine;

/// Why a saga is rolled back.
///
/// @param reason the text that DTM's clients get as `rollback_reason`
/// @param status a serialized `google.rpc.Status` with the typed reason of the step that refused; empty when no
///     step did
public record Rejection(String reason, Bytes status) {

    /// In characters; participants may answer with whole pages.
    public static final int REASON_LENGTH_MAX = 8192;

    public static final int STATUS_SIZE_MAX = 4096;

    static final Rejection FORCE_STOPPED = ofReason("force stopped");

    public Rejection {
        if (status.size() > STATUS_SIZE_MAX) {
            throw new IllegalArgumentException("status has " + status.size() + " bytes, limit " + STATUS_SIZE_MAX);
        }
        reason = CutText.to(REASON_LENGTH_MAX, reason);
    }

    public static Rejection ofReason(String reason) {
        return new Rejection(reason, Bytes.EMPTY);
    }

    /// The text is DTM's to the letter: clients look for the words in it.
    Rejection byBranch(String url) {
        return new Rejection("url:" + url + " return failed: " + reason + " FAILURE", status);
    }
}
