package io.ordersaga.coupon;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement of this service.
@RegisterConstructorMapper(Coupon.class)
interface CouponTable {
    @SqlQuery("""
            SELECT coupon_id, user_id, currency, value, min_spend, state, order_id, valid_from, valid_until,
                   valid_from <= UTC_TIMESTAMP(3) AS started,
                   valid_until <= UTC_TIMESTAMP(3) AS ended
            FROM coupon
            WHERE coupon_id = :couponId
            """)
    Optional<Coupon> coupon(@Bind("couponId") String couponId);

    /// Like [#coupon], and keeps it as it is until the transaction ends.
    @SqlQuery("""
            SELECT coupon_id, user_id, currency, value, min_spend, state, order_id, valid_from, valid_until,
                   valid_from <= UTC_TIMESTAMP(3) AS started,
                   valid_until <= UTC_TIMESTAMP(3) AS ended
            FROM coupon
            WHERE coupon_id = :couponId
            FOR UPDATE
            """)
    Optional<Coupon> lockedRow(@Bind("couponId") String couponId);

    /// Locks the coupon for the order, if it may have it; false when it may not.
    @SqlUpdate("""
            UPDATE coupon
            SET state = 'LOCKED',
                order_id = :orderId,
                updated_at = UTC_TIMESTAMP(3)
            WHERE coupon_id = :couponId
              AND user_id = :userId
              AND state = 'UNUSED'
              AND valid_from <= UTC_TIMESTAMP(3)
              AND valid_until > UTC_TIMESTAMP(3)
              AND currency = :currency
              AND min_spend <= :orderTotal
              AND currency = :discountCurrency
              AND LEAST(value, :orderTotal) = :discount
            """)
    boolean lock(@BindMethods CouponUse use);

    @SqlUpdate("""
            UPDATE coupon
            SET state = 'UNUSED',
                order_id = NULL,
                updated_at = UTC_TIMESTAMP(3)
            WHERE coupon_id = :couponId
              AND order_id = :orderId
              AND state = 'LOCKED'
            """)
    boolean unlock(@Bind("couponId") String couponId, @Bind("orderId") String orderId);

    /// Whether the order ever held the coupon, also when it was returned since.
    @SqlQuery("""
            SELECT EXISTS (SELECT 1
                           FROM coupon_lock
                           WHERE order_id = :orderId
                             AND coupon_id = :couponId)
            """)
    boolean hasLock(@Bind("couponId") String couponId, @Bind("orderId") String orderId);

    @SqlUpdate("""
            INSERT INTO coupon_lock (order_id, coupon_id, state, gid, created_at, updated_at)
            VALUES (:orderId, :couponId, 'HELD', :gid, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """)
    void hold(@Bind("gid") String gid, @Bind("couponId") String couponId, @Bind("orderId") String orderId);

    /// False when the order does not hold the coupon, or no more.
    @SqlUpdate("""
            UPDATE coupon_lock
            SET state = 'RETURNED',
                updated_at = UTC_TIMESTAMP(3)
            WHERE order_id = :orderId
              AND coupon_id = :couponId
              AND state = 'HELD'
            """)
    boolean markReturned(@Bind("couponId") String couponId, @Bind("orderId") String orderId);
}
