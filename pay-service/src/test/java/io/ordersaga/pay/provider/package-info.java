@NullMarked
package io.ordersaga.pay.provider;

import org.jspecify.annotations.NullMarked;
