/// Sagas in MySQL: one row each, owned by lease.
///
/// All times that decide something are the database's, so that coordinators with wrong clocks share one table
/// safely.
@NullMarked
package io.ordersaga.coordinator.store;

import org.jspecify.annotations.NullMarked;
