@NullMarked
package io.ordersaga.audit;

import org.jspecify.annotations.NullMarked;
