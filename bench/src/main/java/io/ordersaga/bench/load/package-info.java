/// Callers: closed loops that wait for their answers and open ones that do not, and what they saw.
@NullMarked
package io.ordersaga.bench.load;

import org.jspecify.annotations.NullMarked;
