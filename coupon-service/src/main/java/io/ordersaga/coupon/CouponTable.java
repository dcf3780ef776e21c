package io.ordersaga.coupon;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/// Every statement about coupons and the orders that have them.
@RegisterRowMapper(CouponTableRow.class)
interface CouponTable extends CouponTemplateTable {
    String SELECT_COUPON = """
            SELECT coupon_id, coupon_template_id, user_id, kind, currency, value_minor, percent_off_bps,
                   max_discount_minor, min_spend_minor, scope, product_ids, state, order_id, version, valid_from,
                   valid_until, create_time, update_time,
                   valid_from <= UTC_TIMESTAMP(3) AS started,
                   valid_until <= UTC_TIMESTAMP(3) AS ended
            FROM coupon
            """;

    @SqlQuery(SELECT_COUPON + """
            WHERE coupon_id = :couponId
            """)
    Optional<Coupon> coupon(@Bind("couponId") String couponId);

    /// Only if it is the user's.
    @SqlQuery(SELECT_COUPON + """
            WHERE coupon_id = :couponId
              AND user_id = :userId
            """)
    Optional<Coupon> couponOf(@Bind("userId") String userId, @Bind("couponId") String couponId);

    /// Like [#coupon], and keeps it as it is until the transaction ends.
    @SqlQuery(SELECT_COUPON + """
            WHERE coupon_id = :couponId
            FOR UPDATE
            """)
    Optional<Coupon> lockedRow(@Bind("couponId") String couponId);

    /// The user's coupons before the given one, the latest first. `state` is the one that counts now; empty
    /// is any.
    @SqlQuery(SELECT_COUPON + """
            WHERE user_id = :userId
              AND create_time <= :createTime
              AND (create_time < :createTime OR coupon_id < :couponId)
              AND (:state = '' OR :state = IF(state = 'UNUSED' AND valid_until <= UTC_TIMESTAMP(3), 'EXPIRED', state))
            ORDER BY create_time DESC, coupon_id DESC
            LIMIT :limit
            """)
    List<Coupon> couponsBefore(
            @Bind("userId") String userId,
            @Bind("createTime") String createTimeUtc,
            @Bind("couponId") String couponId,
            @Bind("state") String state,
            @Bind("limit") int limit);

    /// What the user could use now, the one that ends first first.
    @SqlQuery(SELECT_COUPON + """
            WHERE user_id = :userId
              AND state = 'UNUSED'
              AND valid_from <= UTC_TIMESTAMP(3)
              AND valid_until > UTC_TIMESTAMP(3)
            ORDER BY valid_until, coupon_id
            LIMIT :limit
            """)
    List<Coupon> usable(@Bind("userId") String userId, @Bind("limit") int limit);

    /// Locks the coupon for the order; false when it has one already or its time is not now.
    @SqlUpdate("""
            UPDATE coupon
            SET state = 'LOCKED',
                order_id = :orderId,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE coupon_id = :couponId
              AND state = 'UNUSED'
              AND valid_from <= UTC_TIMESTAMP(3)
              AND valid_until > UTC_TIMESTAMP(3)
            """)
    boolean lock(@Bind("couponId") String couponId, @Bind("orderId") String orderId);

    /// Returns a coupon that is LOCKED by the order, or USED by it, to its owner, as one that is EXPIRED
    /// when its time is over; false when the order does not have it so.
    @SqlUpdate("""
            UPDATE coupon
            SET state = IF(valid_until > UTC_TIMESTAMP(3), 'UNUSED', 'EXPIRED'),
                order_id = NULL,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE coupon_id = :couponId
              AND order_id = :orderId
              AND state = :had
            """)
    boolean giveBack(@Bind("couponId") String couponId, @Bind("orderId") String orderId, @Bind("had") CouponState had);

    @SqlUpdate("""
            UPDATE coupon
            SET state = 'USED',
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE coupon_id = :couponId
              AND order_id = :orderId
              AND state = 'LOCKED'
            """)
    boolean use(@Bind("couponId") String couponId, @Bind("orderId") String orderId);

    @SqlUpdate("""
            UPDATE coupon
            SET state = 'VOID',
                note = :note,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE coupon_id = :couponId
              AND state IN ('UNUSED', 'EXPIRED')
            """)
    boolean takeBack(@Bind("couponId") String couponId, @Bind("note") String note);

    /// Whether the order ever held the coupon, also when it was returned since.
    @SqlQuery("""
            SELECT EXISTS (SELECT 1
                           FROM coupon_lock
                           WHERE order_id = :orderId
                             AND coupon_id = :couponId)
            """)
    boolean hasLock(@Bind("couponId") String couponId, @Bind("orderId") String orderId);

    @SqlUpdate("""
            INSERT INTO coupon_lock (order_id, coupon_id, state, gid, create_time, update_time)
            VALUES (:orderId, :couponId, 'HELD', :gid, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """)
    void hold(@Bind("gid") String gid, @Bind("couponId") String couponId, @Bind("orderId") String orderId);

    /// What the order has in this state, locked.
    @SqlQuery("""
            SELECT coupon_id
            FROM coupon_lock
            WHERE order_id = :orderId
              AND state = :state
            ORDER BY coupon_id
            FOR UPDATE
            """)
    List<String> couponsOfOrder(@Bind("orderId") String orderId, @Bind("state") String state);

    /// Whether the order had a coupon and returned it without having used it up.
    @SqlQuery("""
            SELECT EXISTS (SELECT 1
                           FROM coupon_lock
                           WHERE order_id = :orderId
                             AND state = 'RETURNED'
                             AND refund_id IS NULL)
            """)
    boolean gaveBackUnused(@Bind("orderId") String orderId);

    /// What became of the coupon that the order has; false when that is not in this state, or no more.
    ///
    /// @param refundId of the refund that returns it
    @SqlUpdate("""
            UPDATE coupon_lock
            SET state = :to,
                refund_id = :refundId,
                update_time = UTC_TIMESTAMP(3)
            WHERE order_id = :orderId
              AND coupon_id = :couponId
              AND state = :from
            """)
    boolean moveLock(
            @Bind("couponId") String couponId,
            @Bind("orderId") String orderId,
            @Bind("from") String from,
            @Bind("to") String to,
            @Bind("refundId") @Nullable String refundId);

    /// Coupons whose time is over and which nobody else is just writing down, locked.
    @SqlQuery("""
            SELECT coupon_id
            FROM coupon
            WHERE state = 'UNUSED'
              AND valid_until <= UTC_TIMESTAMP(3)
            ORDER BY valid_until
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """)
    List<String> ended(@Bind("limit") int limit);

    @SqlUpdate("""
            UPDATE coupon
            SET state = 'EXPIRED',
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE coupon_id IN (<couponIds>)
              AND state = 'UNUSED'
            """)
    int expire(@BindList("couponIds") List<String> couponIds);
}
