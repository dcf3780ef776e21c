/// Templates, the coupons that users claim of them under a quota, and what orders do with coupons: lock,
/// use up, return. A coupon is never used twice, and whether it is valid is decided by the database's clock
/// when it is used.
@NullMarked
package io.ordersaga.coupon;

import org.jspecify.annotations.NullMarked;
