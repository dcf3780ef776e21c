/// A world of nodes, participants, clients and an operator on virtual time: who does what when, what goes wrong,
/// and what must be true all the same.
///
/// Everything that happens in a world is decided by its seed. A run is one thread's; worlds know nothing of each
/// other.
@NullMarked
package io.ordersaga.simulation.world;

import org.jspecify.annotations.NullMarked;
