package io.ordersaga.coupon;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/// A row of [CouponTemplateTable] as a [CouponTemplate].
public record CouponTemplateTableRow() implements RowMapper<CouponTemplate> {
    @Override
    public CouponTemplate map(ResultSet row, StatementContext context) throws SQLException {
        return new CouponTemplate(
                row.getString("coupon_template_id"),
                row.getString("name"),
                CouponTableRow.rule(row),
                CouponTableRow.instant(row, "valid_from"),
                CouponTableRow.instant(row, "valid_until"),
                row.getInt("valid_days"),
                row.getLong("total_quota"),
                row.getInt("per_user_limit"),
                row.getLong("issued_count"),
                row.getLong("used_count"),
                CouponTemplate.State.valueOf(row.getString("state")),
                row.getLong("version"),
                CouponTableRow.instant(row, "create_time"),
                CouponTableRow.instant(row, "update_time"),
                row.getBoolean("started"),
                row.getBoolean("ended"));
    }
}
