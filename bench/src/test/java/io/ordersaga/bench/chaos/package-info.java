/// Tests of the faults and of the audit.
@NullMarked
package io.ordersaga.bench.chaos;

import org.jspecify.annotations.NullMarked;
