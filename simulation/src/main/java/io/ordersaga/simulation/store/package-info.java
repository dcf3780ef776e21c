/// The saga store in memory: what the table and its statements do, at one instant each.
@NullMarked
package io.ordersaga.simulation.store;

import org.jspecify.annotations.NullMarked;
