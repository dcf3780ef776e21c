/// The engine's tests are its specification; nothing here needs a clock, a thread or a database.
@NullMarked
package io.ordersaga.coordinator.engine;

import org.jspecify.annotations.NullMarked;
