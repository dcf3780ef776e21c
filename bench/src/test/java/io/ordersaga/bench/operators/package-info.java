@NullMarked
package io.ordersaga.bench.operators;

import org.jspecify.annotations.NullMarked;
