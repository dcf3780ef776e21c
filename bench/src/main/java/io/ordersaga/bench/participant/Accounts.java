package io.ordersaga.bench.participant;

import io.ordersaga.bench.lab.Server;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The schema of an [AccountParticipant]: balances, every effect that was ever applied, and the barrier.
///
/// `effect` has no unique key on purpose: an effect that was applied twice must be visible.
public final class Accounts {
    /// So many accounts have a balance; account 0 has none, so that every reservation from it is refused.
    public static final int COUNT = 50;

    public static final long BALANCE = 10_000_000;

    private static final String ACCOUNT = """
            CREATE TABLE account (
              id        INT    NOT NULL PRIMARY KEY,
              initial   BIGINT NOT NULL,
              available BIGINT NOT NULL CHECK (available >= 0)
            ) ENGINE = InnoDB
            """;
    private static final String EFFECT = """
            CREATE TABLE effect (
              id        BIGINT         NOT NULL AUTO_INCREMENT PRIMARY KEY,
              gid       VARBINARY(128) NOT NULL,
              branch_id VARBINARY(128) NOT NULL,
              op        VARBINARY(45)  NOT NULL,
              account   INT            NOT NULL,
              amount    BIGINT         NOT NULL,
              KEY effect_gid (gid)
            ) ENGINE = InnoDB
            """;
    private static final String BARRIER = "/db/barrier/V0_1__create_barrier.sql";

    private Accounts() {}

    /// Makes the schema anew.
    public static void make(Server server, String schema) {
        server.makeSchema(schema);
        List<String> statements =
                new ArrayList<>(List.of(ACCOUNT, EFFECT, barrier(), "INSERT INTO account VALUES (0, 0, 0)"));
        statements.add(IntStream.rangeClosed(1, COUNT)
                .mapToObj(id -> "(" + id + ", " + BALANCE + ", " + BALANCE + ")")
                .collect(Collectors.joining(", ", "INSERT INTO account VALUES ", "")));
        server.execute(schema, statements);
    }

    private static String barrier() {
        try (InputStream script = Objects.requireNonNull(Accounts.class.getResourceAsStream(BARRIER))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("--"))
                    .collect(Collectors.joining("\n"))
                    .replaceFirst(";\\s*$", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
