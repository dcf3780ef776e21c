package io.ordersaga.pay;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement of this service.
@RegisterConstructorMapper(Payment.class)
interface PayTable {
    @SqlQuery("""
            SELECT payment_id, order_id, user_id, currency, amount, state, created_at, updated_at
            FROM payment
            WHERE payment_id = :paymentId
            """)
    Optional<Payment> payment(@Bind("paymentId") String paymentId);

    @SqlQuery("""
            SELECT payment_id, order_id, user_id, currency, amount, state, created_at, updated_at
            FROM payment
            WHERE order_id = :orderId
            """)
    Optional<Payment> paymentOfOrder(@Bind("orderId") String orderId);

    @SqlUpdate("""
            INSERT INTO payment (payment_id, order_id, user_id, currency, amount, state, gid, created_at, updated_at)
            VALUES (:paymentId, :orderId, :userId, :currency, :amount, 'PENDING', :gid, UTC_TIMESTAMP(3),
                    UTC_TIMESTAMP(3))
            """)
    void open(@Bind("gid") String gid, @Bind("paymentId") String paymentId, @BindMethods NewPayment payment);

    /// False when the order has no payment that could still be paid.
    @SqlUpdate("""
            UPDATE payment
            SET state = 'CLOSED',
                updated_at = UTC_TIMESTAMP(3)
            WHERE order_id = :orderId
              AND state = 'PENDING'
            """)
    boolean close(@Bind("orderId") String orderId);
}
