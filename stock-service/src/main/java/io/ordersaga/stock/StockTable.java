package io.ordersaga.stock;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement of this service.
@RegisterConstructorMapper(Product.class)
@RegisterConstructorMapper(HeldLine.class)
interface StockTable {
    @SqlQuery("""
            SELECT product_id, title, currency, unit_price, available, active
            FROM product
            JOIN stock USING (product_id)
            WHERE product_id = :productId
            """)
    Optional<Product> product(@Bind("productId") String productId);

    @SqlQuery("""
            SELECT product_id, title, currency, unit_price, available, active
            FROM product
            JOIN stock USING (product_id)
            WHERE product_id IN (<productIds>)
            ORDER BY product_id
            """)
    List<Product> products(@BindList("productIds") List<String> productIds);

    /// The products whose ids come after `after`, by id.
    @SqlQuery("""
            SELECT product_id, title, currency, unit_price, available, active
            FROM product
            JOIN stock USING (product_id)
            WHERE product_id > :after
            ORDER BY product_id
            LIMIT :limit
            """)
    List<Product> productsAfter(@Bind("after") String after, @Bind("limit") int limit);

    /// Takes the line's pieces out of what is available, if all of it is as the order thinks; false when it is not.
    @SqlUpdate("""
            UPDATE stock
            SET available = available - :quantity,
                reserved = reserved + :quantity,
                updated_at = UTC_TIMESTAMP(3)
            WHERE product_id = :productId
              AND available >= :quantity
              AND EXISTS (SELECT 1
                          FROM product
                          WHERE product.product_id = stock.product_id
                            AND product.active
                            AND product.currency = :currency
                            AND product.unit_price = :unitPrice)
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
                updated_at = UTC_TIMESTAMP(3)
            WHERE product_id = :productId
              AND reserved >= :quantity
            """)
    boolean giveBack(@BindMethods HeldLine line);

    /// Whether the order ever reserved something, also when it was released since.
    @SqlQuery("""
            SELECT EXISTS (SELECT 1
                           FROM reservation
                           WHERE order_id = :orderId)
            """)
    boolean hasReservation(@Bind("orderId") String orderId);

    @SqlBatch("""
            INSERT INTO reservation (order_id, product_id, quantity, state, gid, created_at, updated_at)
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

    @SqlUpdate("""
            UPDATE reservation
            SET state = 'RELEASED',
                updated_at = UTC_TIMESTAMP(3)
            WHERE order_id = :orderId
              AND state = 'HELD'
            """)
    int markReleased(@Bind("orderId") String orderId);
}
