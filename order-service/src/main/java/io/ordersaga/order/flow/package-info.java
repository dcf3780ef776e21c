/// What happens to an order after it was placed: it is paid, cancelled, shipped, received, refunded, by
/// somebody's wish or because the time has come.
///
/// The promise: whatever was begun ends, also when every program dies on the way. A wish is a row before
/// the coordinator hears of it, and whoever wishes the same again gets the same. Where two wishes meet, the
/// order's row decides, in one statement: never both, never half. Read [CancelOrder] first; its saga is the
/// shortest.
@NullMarked
package io.ordersaga.order.flow;

import org.jspecify.annotations.NullMarked;
