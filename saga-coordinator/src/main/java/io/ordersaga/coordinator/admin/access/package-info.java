/// Who may use the operators' API: [Operator] is who asks, [AccessInterceptor] lets them pass or not.
@NullMarked
package io.ordersaga.coordinator.admin.access;

import org.jspecify.annotations.NullMarked;
