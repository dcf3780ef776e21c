package io.ordersaga.stock;

import java.time.Instant;

/// One line of a product's ledger.
///
/// @param movementNo counts the movements of the product, from 1 and without a gap
/// @param available what was available after it; so are `reserved` and `sold`
/// @param reason why staff did it, as in the contract; empty for what orders do, and so are `note` and
///     `userId`
/// @param orderId empty for what staff did; so is `refundId`
public record Movement(
        String productId,
        long movementNo,
        MovementKind kind,
        long deltaAvailable,
        long deltaReserved,
        long deltaSold,
        long available,
        long reserved,
        long sold,
        String reason,
        String note,
        String userId,
        String orderId,
        String refundId,
        Instant createTime) {}
