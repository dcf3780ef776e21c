/// Calls of participants, over real connections.
@NullMarked
package io.ordersaga.coordinator.transport;

import org.jspecify.annotations.NullMarked;
