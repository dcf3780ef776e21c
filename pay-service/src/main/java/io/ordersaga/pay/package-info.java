/// Payments, one per order.
@NullMarked
package io.ordersaga.pay;

import org.jspecify.annotations.NullMarked;
