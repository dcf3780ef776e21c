@NullMarked
package io.ordersaga.pay.stripe;

import org.jspecify.annotations.NullMarked;
