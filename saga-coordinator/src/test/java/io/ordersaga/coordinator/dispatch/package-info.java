/// Dispatchers on a real database, with participants that a test scripts.
@NullMarked
package io.ordersaga.coordinator.dispatch;

import org.jspecify.annotations.NullMarked;
