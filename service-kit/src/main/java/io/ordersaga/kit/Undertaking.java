package io.ordersaga.kit;

import com.google.protobuf.Message;

/// What a request asks for that takes longer than one transaction, such as one that has to wait for a saga: the wish
/// becomes a row first, and what follows from the row may be done again.
public interface Undertaking<A extends Message> {
    /// What has to be known before, such as prices; no transaction is open. Asked for only when the request is new.
    ///
    /// @param subjectId names what it is about; of this attempt only
    /// @return what makes the row, to be run in the transaction that claims the request. Whatever SQL it runs, with
    ///     whichever SQL object, goes to that transaction
    /// @throws RefusalException when nothing comes of it
    Runnable prepare(String subjectId);

    /// Does what is left to do about the subject and tells the outcome. Also called for a request that somebody else
    /// began and never answered.
    ///
    /// @throws RefusalException the request is forgotten then, unless the refusal is a lasting one
    A finish(String subjectId);
}
