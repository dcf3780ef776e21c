/// The store's contract, on a real database.
@NullMarked
package io.ordersaga.coordinator.store;

import org.jspecify.annotations.NullMarked;
