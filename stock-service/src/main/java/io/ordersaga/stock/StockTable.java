package io.ordersaga.stock;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement about what is left of products and what orders have of them. Each change of a row of
/// `stock` counts its `movement_no` up, and its ledger line is written in the same transaction.
@RegisterConstructorMapper(HeldLine.class)
@RegisterConstructorMapper(SoldLine.class)
@RegisterConstructorMapper(Movement.class)
interface StockTable extends ProductTable {
    /// Takes the line's pieces out of what is available, if all of it is as the order thinks; false when it
    /// is not.
    @SqlUpdate("""
            UPDATE stock
            SET available = available - :quantity,
                reserved = reserved + :quantity,
                movement_no = movement_no + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE product_id = :productId
              AND available >= :quantity
              AND EXISTS (SELECT 1
                          FROM product
                          WHERE product.product_id = stock.product_id
                            AND product.active
                            AND product.currency = :currency
                            AND product.unit_price_minor = :unitPrice)
            """)
    boolean take(@BindMethods ReservationLine line);

    /// Makes what [#product] reads next stand until the transaction ends.
    @SqlQuery("""
            SELECT available
            FROM stock
            WHERE product_id = :productId
            FOR UPDATE
            """)
    Optional<Long> lockAvailable(@Bind("productId") String productId);

    @SqlUpdate("""
            UPDATE stock
            SET available = available + :quantity,
                reserved = reserved - :quantity,
                movement_no = movement_no + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE product_id = :productId
              AND reserved >= :quantity
            """)
    boolean giveBack(@BindMethods HeldLine line);

    @SqlUpdate("""
            UPDATE stock
            SET reserved = reserved - :quantity,
                sold = sold + :quantity,
                movement_no = movement_no + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE product_id = :productId
              AND reserved >= :quantity
            """)
    boolean sell(@BindMethods HeldLine line);

    @SqlUpdate("""
            UPDATE stock
            SET available = available + :returned,
                sold = sold - :returned,
                movement_no = movement_no + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE product_id = :productId
              AND sold >= :returned
            """)
    boolean takeBack(@BindMethods RestockLine line);

    /// Whether the order ever reserved something, also when it was released since.
    @SqlQuery("""
            SELECT EXISTS (SELECT 1
                           FROM reservation
                           WHERE order_id = :orderId)
            """)
    boolean hasReservation(@Bind("orderId") String orderId);

    /// Whether the order bought something, also when it was returned since.
    @SqlQuery("""
            SELECT EXISTS (SELECT 1
                           FROM reservation
                           WHERE order_id = :orderId
                             AND state IN ('COMMITTED', 'RETURNED'))
            """)
    boolean hasBought(@Bind("orderId") String orderId);

    @SqlBatch("""
            INSERT INTO reservation (order_id, product_id, quantity, state, gid, create_time, update_time)
            VALUES (:orderId, :productId, :quantity, 'HELD', :gid, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """)
    void hold(@Bind("gid") String gid, @Bind("orderId") String orderId, @BindMethods List<ReservationLine> lines);

    /// What the order holds, locked, in the order in which products are touched.
    @SqlQuery("""
            SELECT product_id, quantity
            FROM reservation
            WHERE order_id = :orderId
              AND state = 'HELD'
            ORDER BY product_id
            FOR UPDATE
            """)
    List<HeldLine> held(@Bind("orderId") String orderId);

    /// All of what the order holds is `state` from now on; how many lines that are.
    @SqlUpdate("""
            UPDATE reservation
            SET state = :state,
                update_time = UTC_TIMESTAMP(3)
            WHERE order_id = :orderId
              AND state = 'HELD'
            """)
    int endHold(@Bind("orderId") String orderId, @Bind("state") String state);

    /// What the order bought and still has, locked, in the order in which products are touched.
    @SqlQuery("""
            SELECT product_id, quantity - returned_quantity AS `left`
            FROM reservation
            WHERE order_id = :orderId
              AND state = 'COMMITTED'
            ORDER BY product_id
            FOR UPDATE
            """)
    List<SoldLine> sold(@Bind("orderId") String orderId);

    @SqlUpdate("""
            UPDATE reservation
            SET state = IF(returned_quantity + :returned = quantity, 'RETURNED', state),
                returned_quantity = returned_quantity + :returned,
                update_time = UTC_TIMESTAMP(3)
            WHERE order_id = :orderId
              AND product_id = :productId
              AND state = 'COMMITTED'
              AND returned_quantity + :returned <= quantity
            """)
    boolean markReturned(@Bind("orderId") String orderId, @BindMethods RestockLine line);

    /// Whether the refund already brought something back.
    @SqlQuery("""
            SELECT EXISTS (SELECT 1
                           FROM restock
                           WHERE order_id = :orderId
                             AND refund_id = :refundId)
            """)
    boolean hasRestock(@Bind("orderId") String orderId, @Bind("refundId") String refundId);

    @SqlBatch("""
            INSERT INTO restock (order_id, refund_id, product_id, quantity, returned_quantity, gid, create_time)
            VALUES (:orderId, :refundId, :productId, :quantity, :returned, :gid, UTC_TIMESTAMP(3))
            """)
    void restock(
            @Bind("gid") String gid,
            @Bind("orderId") String orderId,
            @Bind("refundId") String refundId,
            @BindMethods List<RestockLine> lines);

    /// Writes a ledger line for each product of the order, all of whose reservations just came to `state`.
    @SqlUpdate("""
            INSERT INTO stock_movement (product_id, movement_no, kind, delta_available, delta_reserved, delta_sold,
                                        available, reserved, sold, reason, note, user_id, order_id, refund_id,
                                        create_time)
            SELECT s.product_id, s.movement_no, :name, :available * r.quantity, :reserved * r.quantity,
                   :sold * r.quantity, s.available, s.reserved, s.sold, '', '', '', r.order_id, '', UTC_TIMESTAMP(3)
            FROM reservation r
            JOIN stock s ON s.product_id = r.product_id
            WHERE r.order_id = :orderId
              AND r.state = :state
            """)
    int recordOrder(@BindMethods MovementKind kind, @Bind("orderId") String orderId, @Bind("state") String state);

    /// Writes a ledger line for each product that the refund just brought back.
    @SqlUpdate("""
            INSERT INTO stock_movement (product_id, movement_no, kind, delta_available, delta_reserved, delta_sold,
                                        available, reserved, sold, reason, note, user_id, order_id, refund_id,
                                        create_time)
            SELECT s.product_id, s.movement_no, 'RESTOCK', r.returned_quantity, 0, -r.returned_quantity, s.available,
                   s.reserved, s.sold, '', '', '', r.order_id, r.refund_id, UTC_TIMESTAMP(3)
            FROM restock r
            JOIN stock s ON s.product_id = r.product_id
            WHERE r.order_id = :orderId
              AND r.refund_id = :refundId
              AND r.returned_quantity > 0
            """)
    int recordRestock(@Bind("orderId") String orderId, @Bind("refundId") String refundId);

    /// Changes what is available, unless more is to be taken than there is.
    @SqlUpdate("""
            UPDATE stock
            SET available = available + :delta,
                movement_no = movement_no + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE product_id = :productId
              AND available + :delta >= 0
            """)
    boolean adjust(@BindMethods Adjustment adjustment);

    /// Writes the ledger line of an adjustment that was just made.
    @SqlUpdate("""
            INSERT INTO stock_movement (product_id, movement_no, kind, delta_available, delta_reserved, delta_sold,
                                        available, reserved, sold, reason, note, user_id, order_id, refund_id,
                                        create_time)
            SELECT product_id, movement_no, 'ADJUST', :delta, 0, 0, available, reserved, sold, :reason, :note, :userId,
                   '', '', UTC_TIMESTAMP(3)
            FROM stock
            WHERE product_id = :productId
            """)
    int recordAdjustment(@BindMethods Adjustment adjustment);

    /// The movements of a product before the given one, the latest first.
    @SqlQuery("""
            SELECT product_id, movement_no, kind, delta_available, delta_reserved, delta_sold, available, reserved, sold,
                   reason, note, user_id, order_id, refund_id, create_time
            FROM stock_movement
            WHERE product_id = :productId
              AND movement_no < :before
            ORDER BY movement_no DESC
            LIMIT :limit
            """)
    List<Movement> movementsBefore(
            @Bind("productId") String productId, @Bind("before") long before, @Bind("limit") int limit);
}
