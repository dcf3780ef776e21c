/// Tests of the callers.
@NullMarked
package io.ordersaga.bench.load;

import org.jspecify.annotations.NullMarked;
