@NullMarked
package io.ordersaga.bench.shop;

import org.jspecify.annotations.NullMarked;
