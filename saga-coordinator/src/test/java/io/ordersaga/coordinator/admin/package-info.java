@NullMarked
package io.ordersaga.coordinator.admin;

import org.jspecify.annotations.NullMarked;
