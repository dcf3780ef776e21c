package io.ordersaga.audit;

import java.util.List;
import java.util.stream.Stream;

/// All rules, in the order in which they are checked.
public final class Invariants {
    /// The orders on which a saga is open. Their gids: `place-ORDER`, `cancel-ORDER-N`, `paid-PAYMENT`, `refund-REFUND`;
    /// an id is text here and bytes there.
    static final String BUSY = """
            (SELECT CONVERT(SUBSTRING(s.gid, 7) USING ascii) COLLATE ascii_bin
             FROM {saga}.saga s
             WHERE s.status IN ('SUBMITTED', 'ABORTING')
               AND s.gid LIKE 'place-%'
             UNION ALL
             SELECT CONVERT(SUBSTRING(s.gid, 8, CHAR_LENGTH(s.gid) - 8
                 - CHAR_LENGTH(SUBSTRING_INDEX(s.gid, '-', -1))) USING ascii) COLLATE ascii_bin
             FROM {saga}.saga s
             WHERE s.status IN ('SUBMITTED', 'ABORTING')
               AND s.gid LIKE 'cancel-%'
             UNION ALL
             SELECT p.order_id
             FROM {saga}.saga s
             JOIN {pay}.payment p ON p.payment_id = CONVERT(SUBSTRING(s.gid, 6) USING ascii) COLLATE ascii_bin
             WHERE s.status IN ('SUBMITTED', 'ABORTING')
               AND s.gid LIKE 'paid-%')""";

    private Invariants() {}

    public static List<Invariant> all() {
        return Stream.of(SagaRules.all()).flatMap(List::stream).toList();
    }
}
