package io.ordersaga.saga.client;

/// What [DtmClient#doAndSubmit] did. With each of them the local transaction is committed and the message
/// reaches its receivers.
public enum MsgOutcome {
    /// The local transaction ran and is committed, and the coordinator has the message.
    SUBMITTED,
    /// An earlier call with this gid had committed the local transaction; the work did not run again.
    DUPLICATE,
    /// The local transaction is committed, but the coordinator did not confirm the submit: it will ask, learn
    /// of the commit and go on.
    LEFT_TO_COORDINATOR
}
