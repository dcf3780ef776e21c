/// Tests of this module.
@NullMarked
package io.ordersaga.simulation.store;

import org.jspecify.annotations.NullMarked;
