package io.ordersaga.stock;

import java.time.Instant;

/// A product and what is left of it.
///
/// @param unitPriceMinor of one piece, in the minor unit of `currency`
/// @param available pieces that can be ordered now
/// @param reserved pieces that orders hold and have not paid
/// @param sold pieces that were paid and not returned
/// @param version counts the changes by staff
/// @param movementNo counts the changes of what is left
public record Product(
        String productId,
        String sku,
        String title,
        String currency,
        long unitPriceMinor,
        long available,
        long reserved,
        long sold,
        boolean active,
        long version,
        long movementNo,
        Instant createTime,
        Instant updateTime) {
    /// Changes with everything about the product.
    String etag() {
        return version + "." + movementNo;
    }
}
