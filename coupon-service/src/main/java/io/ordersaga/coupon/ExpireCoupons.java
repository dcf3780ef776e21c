package io.ordersaga.coupon;

import io.ordersaga.kit.IdempotentRequests;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down which unused coupons are EXPIRED, batch by batch, by the database's clock. Every replica
/// does it: what one has in hand the others skip.
final class ExpireCoupons {
    private static final Logger log = LoggerFactory.getLogger(ExpireCoupons.class);

    private final IdempotentRequests transactions;
    private final CouponConfig.Expiry config;

    ExpireCoupons(IdempotentRequests transactions, CouponConfig.Expiry config) {
        this.transactions = transactions;
        this.config = config;
    }

    /// One run; how many coupons it wrote down.
    int run() {
        int total = 0;
        for (int batch = 0; batch < config.batchesMax(); batch++) {
            int expired = transactions.inTransaction(CouponTable.class, this::batch);
            total += expired;
            if (expired < config.batchSize()) {
                break;
            }
        }
        if (total > 0) {
            log.info("{} coupons expired", total);
        }
        return total;
    }

    private int batch(CouponTable table) {
        List<String> ended = table.ended(config.batchSize());
        return ended.isEmpty() ? 0 : table.expire(ended);
    }
}
