package io.ordersaga.saga.test;

import java.util.List;

/// A transaction as it stands.
///
/// @param gid its identity
/// @param status DTM's word: `prepared`, `submitted`, `aborting`, `succeed` or `failed`
/// @param reason why it is, or was, rolled back; empty when it is not
/// @param parked why nothing is done about it any more until [TestCoordinator#release]; empty when it is
///     not
/// @param calls of its branches so far, in their order: branch id, operation and outcome, such as `02
///     compensate succeeded`
public record TransactionView(String gid, String status, String reason, String parked, List<String> calls) {}
