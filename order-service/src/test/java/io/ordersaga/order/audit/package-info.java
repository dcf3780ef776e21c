@NullMarked
package io.ordersaga.order.audit;

import org.jspecify.annotations.NullMarked;
