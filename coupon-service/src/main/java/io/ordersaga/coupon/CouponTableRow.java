package io.ordersaga.coupon;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// A row of [CouponTable] as a [Coupon].
public record CouponTableRow() implements RowMapper<Coupon> {
    @Override
    public Coupon map(ResultSet row, StatementContext context) throws SQLException {
        return new Coupon(
                row.getString("coupon_id"),
                row.getString("coupon_template_id"),
                row.getString("user_id"),
                rule(row),
                CouponState.valueOf(row.getString("state")),
                row.getString("order_id"),
                row.getLong("version"),
                instant(row, "valid_from"),
                instant(row, "valid_until"),
                instant(row, "create_time"),
                instant(row, "update_time"),
                row.getBoolean("started"),
                row.getBoolean("ended"));
    }

    /// Coupons and templates have the same columns for it.
    static CouponRule rule(ResultSet row) throws SQLException {
        @Nullable Long maxDiscountMinor = row.getLong("max_discount_minor");
        if (row.wasNull()) {
            maxDiscountMinor = null;
        }
        return new CouponRule(
                CouponRule.Kind.valueOf(row.getString("kind")),
                row.getString("currency"),
                row.getLong("value_minor"),
                row.getInt("percent_off_bps"),
                maxDiscountMinor,
                row.getLong("min_spend_minor"),
                CouponRule.Scope.valueOf(row.getString("scope")),
                row.getString("product_ids"));
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }
}
