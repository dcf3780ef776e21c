package io.ordersaga.coupon;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import org.junit.jupiter.api.Test;

/// Rows of a release before, and the rows to play with, which a changed script must never set back.
@DatabaseTest
class CouponMigrationTest {
    private static final String[] LOCATIONS = {"classpath:db/barrier", "classpath:db/migration", "classpath:db/demo"};

    private final TestDatabase database;

    CouponMigrationTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void requestsOfTheReleaseBeforeAreStillKnown() {
        try (TestDatabase before = TestDatabase.create("coupon_before")) {
            before.migrateTo("2", "classpath:db/barrier", "classpath:db/migration");
            before.update(
                    "INSERT INTO idempotent_request VALUES ('u1', 'ordersaga.coupon.v1.ClaimCouponRequest', 'key-1',"
                            + " UNHEX(SHA2('body', 256)), UNHEX('0A0131'), '2026-11-21 08:00:00.123'),"
                            + " ('service:order', 'ordersaga.coupon.v1.ClaimCouponRequest', 'key-1',"
                            + " UNHEX(SHA2('another', 256)), '', '2026-11-21 09:00:00')");

            before.migrate(LOCATIONS);

            assertThat(before.rows("SELECT user_id, method, request_id, request_hash = UNHEX(SHA2('body', 256)),"
                            + " HEX(response), http_code, DATE_FORMAT(expire_time, '%e. %T') FROM idempotency_record"
                            + " ORDER BY expire_time"))
                    .containsExactly(
                            "u1, ClaimCoupon, key-1, 1, 0A0131, 200, 22. 08:00:00",
                            "service:order, ClaimCoupon, key-1, 0, , 200, 22. 09:00:00");
        }
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
