/// Orders: places them as a saga and shows them.
@NullMarked
package io.ordersaga.order;

import org.jspecify.annotations.NullMarked;
