/// Products and what is left of them; reservations per order.
@NullMarked
package io.ordersaga.stock;

import org.jspecify.annotations.NullMarked;
