package io.ordersaga.coupon;

import io.ordersaga.kit.DatabaseErrors;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement about templates and claims.
@RegisterRowMapper(CouponTemplateTableRow.class)
interface CouponTemplateTable {
    String SELECT_TEMPLATE = """
            SELECT coupon_template_id, name, kind, currency, value_minor, percent_off_bps, max_discount_minor,
                   min_spend_minor, scope, product_ids, valid_from, valid_until, valid_days, total_quota, per_user_limit,
                   issued_count, used_count, state, version, create_time, update_time,
                   valid_from <= UTC_TIMESTAMP(3) AS started,
                   valid_until <= UTC_TIMESTAMP(3) AS ended
            FROM coupon_template
            """;

    @SqlQuery(SELECT_TEMPLATE + """
            WHERE coupon_template_id = :couponTemplateId
            """)
    Optional<CouponTemplate> template(@Bind("couponTemplateId") String couponTemplateId);

    /// Like [#template], and keeps it as it is until the transaction ends.
    @SqlQuery(SELECT_TEMPLATE + """
            WHERE coupon_template_id = :couponTemplateId
            FOR UPDATE
            """)
    Optional<CouponTemplate> lockedTemplate(@Bind("couponTemplateId") String couponTemplateId);

    @SqlQuery(SELECT_TEMPLATE + """
            WHERE coupon_template_id > :after
            ORDER BY coupon_template_id
            LIMIT :limit
            """)
    List<CouponTemplate> templatesAfter(@Bind("after") String after, @Bind("limit") int limit);

    @SqlQuery(SELECT_TEMPLATE + """
            WHERE coupon_template_id > :after
              AND state = 'ACTIVE'
            ORDER BY coupon_template_id
            LIMIT :limit
            """)
    List<CouponTemplate> activeTemplatesAfter(@Bind("after") String after, @Bind("limit") int limit);

    /// By the clock that decides everything.
    @SqlQuery("SELECT UTC_TIMESTAMP(3)")
    Instant now();

    /// False when its id is taken.
    default boolean addTemplate(NewCouponTemplate template, CouponRule rule) {
        try {
            insertTemplate(template, rule);
            return true;
        } catch (UnableToExecuteStatementException e) {
            if (DatabaseErrors.isDuplicateKey(e)) {
                return false;
            }
            throw e;
        }
    }

    @SqlUpdate("""
            INSERT INTO coupon_template (coupon_template_id, name, kind, currency, value_minor, percent_off_bps,
                                         max_discount_minor, min_spend_minor, scope, product_ids, valid_from,
                                         valid_until, valid_days, total_quota, per_user_limit, state, create_time,
                                         update_time)
            VALUES (:couponTemplateId, :name, :kind, :currency, :valueMinor, :percentOffBps, :maxDiscountMinor,
                    :minSpendMinor, :scope, :productIds, :validFromUtc, :validUntilUtc, :validDays, :totalQuota,
                    :perUserLimit, 'DRAFT', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """)
    void insertTemplate(@BindMethods NewCouponTemplate template, @BindMethods CouponRule rule);

    /// To be done with the row locked.
    @SqlUpdate("""
            UPDATE coupon_template
            SET name = COALESCE(:name, name),
                total_quota = COALESCE(:totalQuota, total_quota),
                per_user_limit = COALESCE(:perUserLimit, per_user_limit),
                valid_until = COALESCE(:validUntilUtc, valid_until),
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE coupon_template_id = :couponTemplateId
            """)
    boolean changeTemplate(@BindMethods CouponTemplateChange change);

    /// False when it is not in the state `from`.
    @SqlUpdate("""
            UPDATE coupon_template
            SET state = :to,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE coupon_template_id = :couponTemplateId
              AND state = :from
            """)
    boolean changeTemplateState(
            @Bind("couponTemplateId") String couponTemplateId,
            @Bind("from") CouponTemplate.State from,
            @Bind("to") CouponTemplate.State to);

    /// Counts a claim, if there can be one now; whoever claims at the same time waits until the transaction
    /// ends.
    @SqlUpdate("""
            UPDATE coupon_template
            SET issued_count = issued_count + 1
            WHERE coupon_template_id = :couponTemplateId
              AND state = 'ACTIVE'
              AND valid_from <= UTC_TIMESTAMP(3)
              AND valid_until > UTC_TIMESTAMP(3)
              AND (total_quota = 0 OR issued_count < total_quota)
            """)
    boolean countIssued(@Bind("couponTemplateId") String couponTemplateId);

    /// Coupons of the template that the user claimed, whatever became of them.
    @SqlQuery("""
            SELECT COUNT(*)
            FROM coupon
            WHERE coupon_template_id = :couponTemplateId
              AND user_id = :userId
            """)
    int claims(@Bind("couponTemplateId") String couponTemplateId, @Bind("userId") String userId);

    /// Makes the coupon of a claim that was counted, with a copy of the template's rule; false when the
    /// user has as many as the template allows.
    @SqlUpdate("""
            INSERT INTO coupon (coupon_id, coupon_template_id, claim_no, user_id, kind, currency, value_minor,
                                percent_off_bps, max_discount_minor, min_spend_minor, scope, product_ids, state,
                                valid_from, valid_until, create_time, update_time)
            SELECT :couponId, coupon_template_id, :claimNo, :userId, kind, currency, value_minor, percent_off_bps,
                   max_discount_minor, min_spend_minor, scope, product_ids, 'UNUSED', valid_from,
                   IF(valid_days = 0, valid_until, LEAST(valid_until, UTC_TIMESTAMP(3) + INTERVAL valid_days DAY)),
                   UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
            FROM coupon_template
            WHERE coupon_template_id = :couponTemplateId
              AND per_user_limit >= :claimNo
            """)
    boolean issue(
            @Bind("couponTemplateId") String couponTemplateId,
            @Bind("couponId") String couponId,
            @Bind("userId") String userId,
            @Bind("claimNo") int claimNo);

    /// Counts the use of a coupon at its template, if it has one; -1 takes it back.
    @SqlUpdate("""
            UPDATE coupon_template
            SET used_count = used_count + :uses
            WHERE coupon_template_id = (SELECT coupon_template_id
                                        FROM coupon
                                        WHERE coupon_id = :couponId)
            """)
    void countUsed(@Bind("couponId") String couponId, @Bind("uses") int uses);
}
