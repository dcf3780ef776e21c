package io.ordersaga.stock;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement about the catalogue.
@RegisterConstructorMapper(Product.class)
interface ProductTable {
    @SqlQuery("""
            SELECT product_id, sku, title, currency, unit_price_minor, available, reserved, sold, active, version,
                   movement_no, product.create_time, GREATEST(product.update_time, stock.update_time) AS update_time
            FROM product
            JOIN stock USING (product_id)
            WHERE product_id = :productId
            """)
    Optional<Product> product(@Bind("productId") String productId);

    @SqlQuery("""
            SELECT product_id, sku, title, currency, unit_price_minor, available, reserved, sold, active, version,
                   movement_no, product.create_time, GREATEST(product.update_time, stock.update_time) AS update_time
            FROM product
            JOIN stock USING (product_id)
            WHERE product_id IN (<productIds>)
            ORDER BY product_id
            """)
    List<Product> products(@BindList("productIds") List<String> productIds);

    /// The products whose ids come after `after`, by id.
    @SqlQuery("""
            SELECT product_id, sku, title, currency, unit_price_minor, available, reserved, sold, active, version,
                   movement_no, product.create_time, GREATEST(product.update_time, stock.update_time) AS update_time
            FROM product
            JOIN stock USING (product_id)
            WHERE product_id > :after
            ORDER BY product_id
            LIMIT :limit
            """)
    List<Product> productsAfter(@Bind("after") String after, @Bind("limit") int limit);

    /// The product that has this sku.
    @SqlQuery("""
            SELECT product_id
            FROM product
            WHERE sku = :sku
            """)
    Optional<String> productWithSku(@Bind("sku") String sku);

    /// False when its id or its sku is taken. What else could be ignored, the contract's rules do not let through.
    @SqlUpdate("""
            INSERT IGNORE INTO product (product_id, sku, title, currency, unit_price_minor, active, version, create_time,
                                        update_time)
            VALUES (:productId, :sku, :title, :currency, :unitPriceMinor, :active, 1, UTC_TIMESTAMP(3),
                    UTC_TIMESTAMP(3))
            """)
    boolean addProduct(@BindMethods NewProduct product);

    /// A product begins with nothing, and so with nothing in its ledger.
    @SqlUpdate("""
            INSERT INTO stock (product_id, available, reserved, sold, movement_no, update_time)
            VALUES (:productId, 0, 0, 0, 0, UTC_TIMESTAMP(3))
            """)
    void addStock(@Bind("productId") String productId);

    /// False when there is no such product, or not in this version.
    @SqlUpdate("""
            UPDATE product
            SET title = COALESCE(:title, title),
                currency = COALESCE(:currency, currency),
                unit_price_minor = COALESCE(:unitPriceMinor, unit_price_minor),
                active = COALESCE(:active, active),
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE product_id = :productId
              AND version = COALESCE(:version, version)
            """)
    boolean changeProduct(@BindMethods ProductChange change);

    /// False when the sku is taken by another product. Only for a sku that the product does not have.
    @SqlUpdate("""
            UPDATE IGNORE product
            SET sku = :sku
            WHERE product_id = :productId
            """)
    void changeSku(@BindMethods ProductChange change);
}
