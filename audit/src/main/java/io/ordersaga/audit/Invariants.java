package io.ordersaga.audit;

import java.util.List;
import java.util.stream.Stream;

/// All rules, in the order in which they are checked.
public final class Invariants {
    /// The orders on which a saga is open. Their gids: `place-ORDER`, `cancel-ORDER-N`, `paid-PAYMENT`,
    /// `refund-REFUND`;
    /// an id is text here and bytes there. A saga that is yet to be handed to the coordinator counts too.
    static final String BUSY = """
            (SELECT CONVERT(SUBSTRING(s.gid, 7) USING ascii) COLLATE ascii_bin
             FROM {saga}.saga s
             WHERE s.status IN ('SUBMITTED', 'ABORTING')
               AND s.gid LIKE 'place-%'
             UNION ALL
             SELECT CONVERT(SUBSTRING(s.gid, 8, LENGTH(s.gid) - 8 - LENGTH(SUBSTRING_INDEX(s.gid, '-', -1)))
                 USING ascii) COLLATE ascii_bin
             FROM {saga}.saga s
             WHERE s.status IN ('SUBMITTED', 'ABORTING')
               AND s.gid LIKE 'cancel-%'
             UNION ALL
             SELECT p.order_id
             FROM {saga}.saga s
             JOIN {pay}.payment p ON p.payment_id = CONVERT(SUBSTRING(s.gid, 6) USING ascii) COLLATE ascii_bin
             WHERE s.status IN ('SUBMITTED', 'ABORTING')
               AND s.gid LIKE 'paid-%'
             UNION ALL
             SELECT r.order_id
             FROM {saga}.saga s
             JOIN {order}.order_refund r ON r.refund_id = CONVERT(SUBSTRING(s.gid, 8) USING ascii) COLLATE ascii_bin
             WHERE s.status IN ('SUBMITTED', 'ABORTING')
               AND s.gid LIKE 'refund-%'
             UNION ALL
             SELECT p.order_id
             FROM {pay}.saga_outbox b
             JOIN {pay}.payment p ON p.payment_id = b.payment_id
             WHERE b.due_time IS NOT NULL)""";

    /// How much is under way: what would have to come to its end before everything must agree without any grace.
    static final String UNDER_WAY = """
            SELECT (SELECT COUNT(*) FROM {saga}.saga WHERE status IN ('SUBMITTED', 'ABORTING'))
                 + (SELECT COUNT(*) FROM {order}.orders WHERE state IN ('PLACING', 'CANCELLING', 'REFUNDING'))
                 + (SELECT COUNT(*) FROM {order}.order_refund WHERE state = 'PENDING')
                 + (SELECT COUNT(*) FROM {pay}.saga_outbox WHERE due_time IS NOT NULL)
                 + (SELECT COUNT(*) FROM {pay}.refund WHERE state = 'PENDING')
            """;

    private Invariants() {}

    public static List<Invariant> all() {
        return Stream.of(StockRules.all(), CouponRules.all(), OrderRules.all(), PaymentRules.all(), SagaRules.all())
                .flatMap(List::stream)
                .toList();
    }
}
