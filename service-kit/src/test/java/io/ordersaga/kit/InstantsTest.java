package io.ordersaga.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Instant;
import java.util.TimeZone;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// JDBI's own mapping of instants, with the connection settings of all our programs, in a JVM whose time zone is
/// neither UTC nor the server's, at an hour that does not exist there.
@DatabaseTest
class InstantsTest {
    private static final Instant IN_THE_GAP = Instant.parse("2026-03-29T02:30:00.123Z");

    private final TimeZone before = TimeZone.getDefault();

    @BeforeEach
    void elsewhere() {
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
    }

    @AfterEach
    void back() {
        TimeZone.setDefault(before);
    }

    @Test
    void anInstantIsStoredAsItsUtcDigitsAndReadBack(TestDatabase database) {
        database.update("CREATE TABLE moment (at DATETIME(3) NULL)");
        Jdbi jdbi = new DatabaseAccess().jdbi(new Connections(database.dataSource()));

        jdbi.useHandle(handle -> handle.execute("INSERT INTO moment (at) VALUES (?)", IN_THE_GAP));

        assertThat(database.rows("SELECT DATE_FORMAT(at, '%Y-%m-%d %H:%i:%s.%f') FROM moment"))
                .containsExactly("2026-03-29 02:30:00.123000");
        assertThat(jdbi.<Instant, RuntimeException>withHandle(handle -> handle.select("SELECT at FROM moment")
                        .mapTo(Instant.class)
                        .one()))
                .isEqualTo(IN_THE_GAP);
    }
}
