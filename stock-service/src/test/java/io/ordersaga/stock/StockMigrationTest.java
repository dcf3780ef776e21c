package io.ordersaga.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import org.junit.jupiter.api.Test;

/// Rows of a release before, and the rows to play with, which a changed script must never set back.
@DatabaseTest
class StockMigrationTest {
    private static final String[] LOCATIONS = {"classpath:db/barrier", "classpath:db/migration", "classpath:db/demo"};

    private final TestDatabase database;

    StockMigrationTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void requestsOfTheReleaseBeforeAreStillKnown() {
        try (TestDatabase before = TestDatabase.create("stock_before")) {
            before.migrateTo("2", "classpath:db/barrier", "classpath:db/migration");
            before.update(
                    "INSERT INTO idempotent_request VALUES ('u1', 'ordersaga.stock.v1.AdjustStockRequest', 'key-1',"
                            + " UNHEX(SHA2('body', 256)), UNHEX('0A0131'), '2026-11-21 08:00:00.123'),"
                            + " ('service:order', 'ordersaga.stock.v1.AdjustStockRequest', 'key-1',"
                            + " UNHEX(SHA2('another', 256)), '', '2026-11-21 09:00:00')");

            before.migrate(LOCATIONS);

            assertThat(before.rows("SELECT user_id, method, request_id, request_hash = UNHEX(SHA2('body', 256)),"
                            + " HEX(response), http_code, DATE_FORMAT(expire_time, '%e. %T') FROM idempotency_record"
                            + " ORDER BY expire_time"))
                    .containsExactly(
                            "u1, AdjustStock, key-1, 1, 0A0131, 200, 22. 08:00:00",
                            "service:order, AdjustStock, key-1, 0, , 200, 22. 09:00:00");
        }
    }

    @Test
    void demoRowsAreAddedOnceAndNeverReset() {
        database.migrate(LOCATIONS);
        assertThat(row("1")).isEqualTo("1100 CNY, 100 + 0");
        assertThat(row("2")).isEqualTo("1100 CNY, 200 + 0");
        assertThat(row("3")).isEqualTo("1100 CNY, 10 + 0");
        database.update("UPDATE stock SET available = 99, reserved = 1 WHERE product_id = '1'");
        database.update("UPDATE product SET unit_price_minor = 1200 WHERE product_id = '2'");
        database.update("DELETE FROM stock WHERE product_id = '3'");

        // What a new release with a changed script does.
        database.update("UPDATE flyway_schema_history SET checksum = 1 WHERE script = 'R__demo_rows.sql'");
        database.migrate(LOCATIONS);

        assertThat(row("1")).isEqualTo("1100 CNY, 99 + 1");
        assertThat(row("2")).isEqualTo("1200 CNY, 200 + 0");
        assertThat(row("3")).isEqualTo("1100 CNY, 10 + 0");
    }

    private String row(String productId) {
        return database.rows(
                        "SELECT CONCAT(unit_price_minor, ' ', currency, ', ', available, ' + ', reserved)"
                                + " FROM product JOIN stock USING (product_id) WHERE product_id = ?",
                        productId)
                .getFirst();
    }
}
