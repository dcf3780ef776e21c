/// The notices of providers: checked, filed and taken into the books in one transaction.
@NullMarked
package io.ordersaga.pay.webhook;

import org.jspecify.annotations.NullMarked;
