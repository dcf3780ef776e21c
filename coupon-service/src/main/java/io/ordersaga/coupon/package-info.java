/// Coupons that users hold; locked and returned per order.
@NullMarked
package io.ordersaga.coupon;

import org.jspecify.annotations.NullMarked;
