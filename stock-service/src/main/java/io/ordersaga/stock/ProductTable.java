package io.ordersaga.stock;

import io.ordersaga.kit.DatabaseErrors;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
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

    /// False when its id or its sku is taken.
    default boolean addProduct(NewProduct product) {
        try {
            insertProduct(product);
            return true;
        } catch (UnableToExecuteStatementException e) {
            if (DatabaseErrors.isDuplicateKey(e)) {
                return false;
            }
            throw e;
        }
    }

    @SqlUpdate("""
            INSERT INTO product (product_id, sku, title, currency, unit_price_minor, active, version, create_time,
                                 update_time)
            VALUES (:productId, :sku, :title, :currency, :unitPriceMinor, :active, 1, UTC_TIMESTAMP(3),
                    UTC_TIMESTAMP(3))
            """)
    void insertProduct(@BindMethods NewProduct product);

    /// A product begins with nothing, and so with nothing in its ledger.
    @SqlUpdate("""
            INSERT INTO stock (product_id, available, reserved, sold, movement_no, update_time)
            VALUES (:productId, 0, 0, 0, 0, UTC_TIMESTAMP(3))
            """)
    void addStock(@Bind("productId") String productId);

    /// What became of it.
    enum Changed {
        YES,
        /// There is no such product, or not in this version.
        NO,
        /// Another product has the sku.
        SKU_TAKEN
    }

    default Changed changeProduct(ProductChange change) {
        try {
            return updateProduct(change) ? Changed.YES : Changed.NO;
        } catch (UnableToExecuteStatementException e) {
            if (DatabaseErrors.isDuplicateKey(e)) {
                return Changed.SKU_TAKEN;
            }
            throw e;
        }
    }

    @SqlUpdate("""
            UPDATE product
            SET sku = COALESCE(:sku, sku),
                title = COALESCE(:title, title),
                currency = COALESCE(:currency, currency),
                unit_price_minor = COALESCE(:unitPriceMinor, unit_price_minor),
                active = COALESCE(:active, active),
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE product_id = :productId
              AND version = COALESCE(:version, version)
            """)
    boolean updateProduct(@BindMethods ProductChange change);
}
