@NullMarked
package io.ordersaga.coordinator.admin.page;

import org.jspecify.annotations.NullMarked;
