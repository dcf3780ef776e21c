/// Payments, one per order: opened when the order is placed, paid at a provider, closed or refunded by
/// sagas.
///
/// A provider is the only one who knows whether money moved, so it is asked before anything is closed,
/// and asked again when it says nothing; what it tells by itself is filed before it is answered. Our own
/// books change by compare-and-set, so the money of a payment is taken once or given back.
@NullMarked
package io.ordersaga.pay;

import org.jspecify.annotations.NullMarked;
