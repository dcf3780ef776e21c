/// Tests of this module.
@NullMarked
package io.ordersaga.simulation.shop;

import org.jspecify.annotations.NullMarked;
