package io.ordersaga.coupon;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import org.junit.jupiter.api.Test;

/// The rows to play with, which a changed script must never set back.
@DatabaseTest
class CouponMigrationTest {
    private static final String[] LOCATIONS = {"classpath:db/barrier", "classpath:db/migration", "classpath:db/demo"};

    private final TestDatabase database;

    CouponMigrationTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void demoRowsAreAddedOnceAndNeverReset() {
        database.migrate(LOCATIONS);
        assertThat(row("1")).isEqualTo("1, 1000, 0, UNUSED");
        assertThat(row("2")).isEqualTo("1, 2000, 0, UNUSED");
        assertThat(row("120")).isEqualTo("20, 1000, 0, UNUSED");
        assertThat(row("202")).isEqualTo("2, 3000, 10000, UNUSED");
        assertThat(database.rows("SELECT COUNT(*) FROM coupon")).containsExactly("45");
        database.update("UPDATE coupon SET state = 'LOCKED', order_id = 'o1' WHERE coupon_id = '1'");
        database.update("DELETE FROM coupon WHERE coupon_id = '2'");

        // What a new release with a changed script does.
        database.update("UPDATE flyway_schema_history SET checksum = 1 WHERE script = 'R__demo_rows.sql'");
        database.migrate(LOCATIONS);

        assertThat(row("1")).isEqualTo("1, 1000, 0, LOCKED");
        assertThat(row("2")).isEqualTo("1, 2000, 0, UNUSED");
        assertThat(database.rows("SELECT COUNT(*) FROM coupon")).containsExactly("45");
    }

    private String row(String couponId) {
        return database.rows(
                        "SELECT user_id, value_minor, min_spend_minor, state FROM coupon WHERE coupon_id = ?", couponId)
                .getFirst();
    }
}
