package io.ordersaga.order;

import org.jdbi.v3.sqlobject.transaction.Transaction;

/// All that placing an order writes, so that it can be done in one transaction.
interface PlacementTable extends OrderTable, IdempotencyTable {
    /// Stores a new order that a named request makes, and claims the name in the same transaction; false,
    /// and nothing is stored, when the name is taken.
    @Transaction
    default boolean insert(Order order, RequestKey key, OrderConfig.Idempotency config) {
        if (!claim(key, order.orderId(), config.leaseMicros(), config.keptMicros())) {
            return false;
        }
        insert(order);
        return true;
    }
}
