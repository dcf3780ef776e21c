@NullMarked
package io.ordersaga.coordinator.admin.operation;

import org.jspecify.annotations.NullMarked;
