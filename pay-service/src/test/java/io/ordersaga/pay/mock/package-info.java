@NullMarked
package io.ordersaga.pay.mock;

import org.jspecify.annotations.NullMarked;
