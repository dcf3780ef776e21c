/// Tests of the figures.
@NullMarked
package io.ordersaga.bench.report;

import org.jspecify.annotations.NullMarked;
