/// What each account keeps about how it likes to look at transactions.
@NullMarked
package io.ordersaga.coordinator.admin.view;

import org.jspecify.annotations.NullMarked;
