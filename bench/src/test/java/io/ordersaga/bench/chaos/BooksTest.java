package io.ordersaga.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.bench.chaos.Books.Violation;
import io.ordersaga.bench.chaos.Books.Violation.Harm;
import io.ordersaga.bench.chaos.Buyers.Known;
import io.ordersaga.bench.lab.Server;
import io.ordersaga.bench.participant.Accounts;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The audit over a story that is true, and over the same story with one thing wrong.
@DatabaseTest
class BooksTest {
    private static final String NAME = "bench_books_" + ProcessHandle.current().pid();
    private static final String SAGAS = NAME + "_s";
    private static final List<String> BOOKS = List.of(NAME + "_a", NAME + "_b");
    private static final Map<String, Known> CLIENTS =
            Map.of("good", Known.SUCCEEDED, "bad", Known.ROLLED_BACK, "never", Known.UNKNOWN);

    private final Server server = Server.given(TestDatabase.serverUrl());

    /// `good` has taken 5 in each of its steps; `bad` has taken 3 and given it back, was refused in its second step,
    /// and
    /// its compensation there found nothing to undo.
    @BeforeEach
    void tellATrueStory() {
        server.makeSchema(SAGAS);
        server.execute(
                SAGAS,
                List.of(
                        "CREATE TABLE saga (gid VARBINARY(128) PRIMARY KEY, status VARCHAR(16), finished DATETIME(6))",
                        "INSERT INTO saga VALUES ('good', 'SUCCEEDED', NOW(6)), ('bad', 'FAILED', NOW(6))"));
        for (String book : BOOKS) {
            Accounts.make(server, book);
        }
        takes(BOOKS.get(0), "good", "01", "action", 5);
        takes(BOOKS.get(1), "good", "02", "action", 5);
        takes(BOOKS.get(0), "good", "03", "action", 5);
        takes(BOOKS.get(1), "good", "04", "action", 5);
        takes(BOOKS.get(0), "bad", "01", "action", 3);
        takes(BOOKS.get(0), "bad", "01", "compensate", -3);
        server.execute(
                BOOKS.get(1),
                List.of(
                        barrier("bad", "02", "action", "compensate"),
                        barrier("bad", "02", "compensate", "compensate")));
    }

    @AfterEach
    void forget() {
        List<String> drops = new ArrayList<>(List.of("DROP DATABASE " + SAGAS));
        BOOKS.forEach(book -> drops.add("DROP DATABASE " + book));
        server.execute("", drops);
    }

    @Test
    void aTrueStoryIsClean() {
        assertThat(audit(CLIENTS)).isEmpty();
    }

    @Test
    void anAcknowledgedSagaThatIsNowhereIsLost() {
        assertThat(audit(Map.of("never", Known.ACCEPTED)))
                .extracting(Violation::kind)
                .containsExactly(Harm.LOST);
    }

    @Test
    void anEffectAppliedTwiceIsFound() {
        server.execute(BOOKS.getFirst(), List.of(effect("good", "01", "action", 5), moved(5)));

        assertThat(audit(CLIENTS)).extracting(Violation::kind).contains(Harm.DOUBLED);
    }

    @Test
    void aSagaThatDoesNotEndIsFound() {
        server.execute(SAGAS, List.of("INSERT INTO saga VALUES ('slow', 'SUBMITTED', NULL)"));

        assertThat(audit(CLIENTS)).extracting(Violation::kind).containsExactly(Harm.STUCK);
    }

    @Test
    void aMissingEffectIsFound() {
        server.execute(BOOKS.getFirst(), List.of("DELETE FROM effect WHERE gid = 'good' AND branch_id = '03'"));

        assertThat(audit(CLIENTS)).extracting(Violation::promise).anyMatch(promise -> promise.contains("I3"));
        assertThat(audit(CLIENTS)).extracting(Violation::promise).anyMatch(promise -> promise.contains("I5"));
        assertThat(audit(CLIENTS))
                .extracting(Violation::promise)
                .anyMatch(promise -> promise.contains("a barrier row has its effect"));
    }

    @Test
    void aRollBackThatKeepsSomethingIsFound() {
        server.execute(
                BOOKS.getFirst(),
                List.of(
                        "DELETE FROM effect WHERE gid = 'bad' AND op = 'compensate'",
                        "DELETE FROM barrier WHERE gid = 'bad' AND op = 'compensate'",
                        moved(3)));

        assertThat(audit(CLIENTS))
                .singleElement()
                .satisfies(violation -> assertThat(violation.promise()).contains("I3"));
    }

    @Test
    void aClientThatWasToldTheOtherEndIsFound() {
        assertThat(audit(Map.of("good", Known.ROLLED_BACK)))
                .singleElement()
                .satisfies(violation -> assertThat(violation.promise()).contains("I11"));
        assertThat(audit(Map.of("bad", Known.SUCCEEDED)))
                .singleElement()
                .satisfies(violation -> assertThat(violation.promise()).contains("I11"));
    }

    private List<Violation> audit(Map<String, Known> clients) {
        return new Books(server, SAGAS, BOOKS).audit(clients, List.of(), List.of());
    }

    private void takes(String book, String gid, String branch, String op, int amount) {
        server.execute(book, List.of(barrier(gid, branch, op, op), effect(gid, branch, op, amount), moved(amount)));
    }

    private static String moved(int amount) {
        return "UPDATE account SET available = available - " + amount + " WHERE id = 1";
    }

    private static String effect(String gid, String branch, String op, int amount) {
        return "INSERT INTO effect (gid, branch_id, op, account, amount) VALUES ('%s', '%s', '%s', 1, %d)"
                .formatted(gid, branch, op, amount);
    }

    private static String barrier(String gid, String branch, String op, String reason) {
        return "INSERT INTO barrier VALUES ('%s', '%s', '%s', '01', 'saga', '%s', NOW(3))"
                .formatted(gid, branch, op, reason);
    }
}
