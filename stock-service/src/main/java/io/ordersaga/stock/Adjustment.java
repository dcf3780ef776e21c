package io.ordersaga.stock;

/// What staff add to what is available of a product, or take from it.
///
/// @param delta negative takes
/// @param reason as in the contract
/// @param userId who does it; may be empty
public record Adjustment(String productId, long delta, String reason, String note, String userId) {}
