package io.ordersaga.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

@DatabaseTest
class TestDatabaseTest {
    @Test
    void poolIsAtReadCommitted(TestDatabase database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(connection.getCatalog()).isEqualTo(database.name());
        }
    }

    @Test
    void userSeesOnlyItsOwnSchema(TestDatabase database) throws SQLException {
        try (TestDatabase other = TestDatabase.create("other");
                Connection connection = database.openConnection();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("CREATE TABLE " + other.name() + ".intruder (id INT)"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("denied");
        }
    }

    @Test
    void timesAreUtcWithMilliseconds(TestDatabase database) throws SQLException {
        try (Connection connection = database.openConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT @@session.time_zone, CAST('2026-01-02 03:04:05.678' AS" + " DATETIME(3))")) {
            row.next();
            assertThat(row.getString(1)).isIn("UTC", "+00:00");
            assertThat(row.getTimestamp(2).toInstant()).hasToString("2026-01-02T03:04:05.678Z");
        }
    }
}
