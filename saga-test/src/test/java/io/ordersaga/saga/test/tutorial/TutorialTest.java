package io.ordersaga.saga.test.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.saga.client.Msg;
import io.ordersaga.saga.client.Saga;
import io.ordersaga.saga.client.Tcc;
import io.ordersaga.saga.client.TccBranch;
import io.ordersaga.saga.test.SagaTest;
import io.ordersaga.saga.test.TestCoordinator;
import io.ordersaga.saga.test.tutorial.Bank.Amount;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Runs the tutorial, whose code blocks are regions of this file and of [Bank].
@SagaTest
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TutorialTest {
    private static final Path ROOT = Path.of(System.getProperty("ordersaga.root", ".."));
    private static final Path TUTORIAL = ROOT.resolve("docs/tutorial.md");
    private static final Path CODE = ROOT.resolve("saga-test/src/test/java/io/ordersaga/saga/test/tutorial");

    private final TestDatabase tables;
    private final DataSource database;
    private final Bank bank;

    TutorialTest(TestDatabase tables) throws IOException {
        this.tables = tables.migrate("classpath:db/barrier");
        // The statement of the tutorial.
        tables.update(block("sql", "account table"));
        this.database = tables.dataSource();
        this.bank = new Bank(database);
    }

    @AfterAll
    void stop() {
        bank.close();
    }

    private void open(String account, int cents) {
        tables.update("INSERT INTO account (name, balance, frozen) VALUES (?, ?, 0)", account, cents);
    }

    private int balance(String account) {
        return Integer.parseInt(tables.rows("SELECT balance FROM account WHERE name = ? AND frozen = 0", account)
                .getFirst());
    }

    // tutorial: saga
    static Saga transfer(String id, Bank bank, String from, String to, int cents) {
        return Saga.of("transfer-" + id)
                .step(bank.url() + "/withdraw", bank.url() + "/deposit", new Amount(from, cents).toPayload())
                .step(bank.url() + "/deposit", bank.url() + "/withdraw", new Amount(to, cents).toPayload());
    }
    // tutorial-end

    // tutorial: saga-test
    @Test
    void moneyMovesOnce(TestCoordinator coordinator, DtmClient client) {
        open("ann", 100);
        open("bob", 0);

        client.submit(transfer("1", bank, "ann", "bob", 30));
        coordinator.settle();

        assertThat(coordinator.find("transfer-1").status()).isEqualTo("succeed");
        assertThat(balance("ann")).isEqualTo(70);
        assertThat(balance("bob")).isEqualTo(30);
    }

    @Test
    void moneyComesBackWhenItCannotArrive(TestCoordinator coordinator, DtmClient client) {
        open("cid", 100);

        client.submit(transfer("2", bank, "cid", "nobody", 30));
        coordinator.settle();

        assertThat(coordinator.find("transfer-2").status()).isEqualTo("failed");
        assertThat(coordinator.find("transfer-2").calls())
                .containsExactly(
                        "01 action succeeded",
                        "02 action refused",
                        "02 compensate succeeded",
                        "01 compensate succeeded");
        assertThat(balance("cid")).isEqualTo(100);
    }
    // tutorial-end

    // tutorial: message
    @Test
    void bonusFollowsItsAccount(TestCoordinator coordinator, DtmClient client) throws SQLException {
        open("dan", 100);
        open("eve", 0);
        Msg bonus = Msg.of("bonus-eve")
                .deliver(bank.url() + "/deposit", new Amount("eve", 5).toPayload())
                .queryPrepared(bank.url() + "/committed");

        client.doAndSubmit(bonus, new Barrier(database), connection -> Bank.change(connection, "dan", -5, 0));
        coordinator.settle();

        assertThat(balance("dan")).isEqualTo(95);
        assertThat(balance("eve")).isEqualTo(5);
    }
    // tutorial-end

    // tutorial: tcc
    @Test
    void bothPayOrNobodyDoes(TestCoordinator coordinator, DtmClient client) {
        open("fay", 100);
        open("gus", 10);
        TccBranch payment = new TccBranch(bank.url() + "/freeze", bank.url() + "/spend", bank.url() + "/thaw");

        client.tcc(Tcc.of("dinner-1"), branches -> {
            branches.call(payment, new Amount("fay", 10).toPayload());
            return branches.call(payment, new Amount("gus", 10).toPayload());
        });
        coordinator.settle();
        assertThat(balance("fay")).isEqualTo(90);
        assertThat(balance("gus")).isEqualTo(0);

        assertThatThrownBy(() -> client.tcc(Tcc.of("dinner-2"), branches -> {
                    branches.call(payment, new Amount("fay", 10).toPayload());
                    return branches.call(payment, new Amount("gus", 10).toPayload());
                }))
                .isInstanceOf(BranchRefusedException.class);
        coordinator.settle();
        assertThat(balance("fay")).isEqualTo(90);
    }
    // tutorial-end

    /// Every block that names a region quotes it to the letter.
    @Test
    void codeOfTheTutorialIsTheCodeThatRuns() {
        Matcher quotes = Pattern.compile("<!-- code: (\\S+) (\\S+) -->\\n\\n```java\\n(.*?)\\n```", Pattern.DOTALL)
                .matcher(text(TUTORIAL));
        int found = 0;
        while (quotes.find()) {
            found++;
            assertThat(quotes.group(3)).as(quotes.group(2)).isEqualTo(region(quotes.group(1), quotes.group(2)));
        }
        assertThat(found).isEqualTo(7);
        assertThat(text(TUTORIAL).split("```java", -1)).hasSize(found + 1);
    }

    private static String region(String file, String name) {
        String code = text(CODE.resolve(file));
        int from = code.indexOf("// tutorial: " + name + "\n");
        int to = code.indexOf("// tutorial-end", from);
        assertThat(from).as(name).isNotNegative();
        return code.substring(code.indexOf('\n', from) + 1, to).stripIndent().strip();
    }

    private static String block(String language, String mark) {
        Matcher block = Pattern.compile("<!-- " + mark + " -->\\n\\n```" + language + "\\n(.*?)\\n```", Pattern.DOTALL)
                .matcher(text(TUTORIAL));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
