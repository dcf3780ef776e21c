/// Tells others of order events: takes them from the outbox, writes them to the log, and POSTs them to the
/// webhook endpoints that want them.
///
/// The promise: an event of a committed transaction is never lost and leaves at least once; what one
/// endpoint hears of one order, it hears in the order in which it happened. Nothing here changes an order.
/// Read [EventRelay] first, then [WebhookSender].
@NullMarked
package io.ordersaga.order.webhook;

import org.jspecify.annotations.NullMarked;
