/// Orders: places them as a saga and shows them.
///
/// The promise: an order that was accepted is never forgotten and never half placed. Its row is the
/// arbiter: whatever happens to the saga, the order is being placed, awaits its payment, or is rejected
/// with a reason. Read [PlaceOrder] first.
@NullMarked
package io.ordersaga.order;

import org.jspecify.annotations.NullMarked;
