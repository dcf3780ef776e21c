/// Faults in the protocol that are there on purpose: parts of a world that do one thing wrong. A simulation that
/// does not find them proves nothing when it finds nothing.
@NullMarked
package io.ordersaga.simulation.planted;

import org.jspecify.annotations.NullMarked;
