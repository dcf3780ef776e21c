@NullMarked
package io.ordersaga.bench.orders;

import org.jspecify.annotations.NullMarked;
