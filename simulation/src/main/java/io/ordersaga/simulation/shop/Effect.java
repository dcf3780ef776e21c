package io.ordersaga.simulation.shop;

/// A committed change of the business, as the ledger keeps it.
///
/// @param sequence grows over all participants of a run
/// @param amount what was taken from the stock; negative when it was given back
public record Effect(String gid, String branchId, String op, long amount, long sequence) {}
