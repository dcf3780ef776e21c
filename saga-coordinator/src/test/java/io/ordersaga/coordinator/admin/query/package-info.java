@NullMarked
package io.ordersaga.coordinator.admin.query;

import org.jspecify.annotations.NullMarked;
