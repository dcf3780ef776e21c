/// Stripe as a [io.ordersaga.pay.PaymentProvider].
@NullMarked
package io.ordersaga.pay.stripe;

import org.jspecify.annotations.NullMarked;
