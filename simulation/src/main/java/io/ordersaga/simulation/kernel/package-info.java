/// What makes a run repeatable: virtual time, the only source of chance, and the trace of what happened.
@NullMarked
package io.ordersaga.simulation.kernel;

import org.jspecify.annotations.NullMarked;
