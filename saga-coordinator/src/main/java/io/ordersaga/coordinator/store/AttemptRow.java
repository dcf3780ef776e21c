package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Attempt;

/// A row of the table `saga_attempt`.
///
/// @param id tells apart the attempts of one saga, and grows with time
record AttemptRow(long id, Attempt attempt) {}
