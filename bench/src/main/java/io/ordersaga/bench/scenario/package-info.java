/// One class for each line of the table of figures.
@NullMarked
package io.ordersaga.bench.scenario;

import org.jspecify.annotations.NullMarked;
