/// The whole coordinator on a real database, called over its real ports.
@NullMarked
package io.ordersaga.coordinator;

import org.jspecify.annotations.NullMarked;
