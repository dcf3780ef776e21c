/// Tests of this module.
@NullMarked
package io.ordersaga.simulation;

import org.jspecify.annotations.NullMarked;
