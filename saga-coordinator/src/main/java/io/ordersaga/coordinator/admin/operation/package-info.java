/// What operators do: operations on one transaction or on many, targets and nodes. Everything is judged by
/// [io.ordersaga.coordinator.engine.Operations] and decided by [io.ordersaga.coordinator.engine.OperatorDesk].
@NullMarked
package io.ordersaga.coordinator.admin.operation;

import org.jspecify.annotations.NullMarked;
