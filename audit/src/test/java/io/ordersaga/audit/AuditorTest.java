package io.ordersaga.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each rule over a story whose books are right, and with one thing in them wrong, on the services' own tables. What is
/// made wrong is rolled back, so that all tests share the rows.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditorTest {
    private static final Path ROOT = Path.of(System.getProperty("ordersaga.root", ".."));
    private static final Duration GRACE = Duration.ofMinutes(2);

    private final TestDatabase order = TestDatabase.create("audit_order");
    private final TestDatabase stock = TestDatabase.create("audit_stock");
    private final TestDatabase coupon = TestDatabase.create("audit_coupon");
    private final TestDatabase pay = TestDatabase.create("audit_pay");
    private final TestDatabase saga = TestDatabase.create("audit_saga");
    private final Schemas schemas = new Schemas(order.name(), stock.name(), coupon.name(), pay.name(), saga.name());

    @BeforeAll
    void tellTheStory() throws SQLException {
        String barrier = migrations("saga-client", "barrier");
        order.migrate(migrations("order-service", "migration"), barrier);
        stock.migrate(migrations("stock-service", "migration"), barrier);
        coupon.migrate(migrations("coupon-service", "migration"), barrier);
        pay.migrate(migrations("pay-service", "migration"), barrier);
        saga.migrate(migrations("saga-coordinator", "migration"));
        try (Connection connection = order.openRootConnection()) {
            execute(connection, Story.statements());
        }
    }

    @AfterAll
    void forget() {
        Stream.of(order, stock, coupon, pay, saga).forEach(TestDatabase::close);
    }

    @Test
    void aTrueStoryBreaksNoRule() throws SQLException {
        try (Connection connection = order.openRootConnection()) {
            Auditor auditor = auditor(GRACE);
            AuditResult result = auditor.run(connection);

            assertThat(result.broken()).isEmpty();
            assertThat(result.findings()).hasSameSizeAs(Invariants.all());
            assertThat(result.line()).startsWith("OK: " + Invariants.all().size() + " rules over 5 schemas, 0 ");
            assertThat(auditor.underWay(connection)).isZero();
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    static Stream<Arguments> corruptions() {
        return Corruptions.all().stream().map(wrong -> arguments(wrong.rules(), wrong.statements()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corruptions")
    void whatIsWrongIsFoundByItsRule(Set<String> rules, List<String> statements) throws SQLException {
        AuditResult result = afterwards(GRACE, statements);

        assertThat(result.broken()).extracting(Finding::rule).containsExactlyInAnyOrderElementsOf(rules);
        assertThat(result.broken())
                .allSatisfy(finding -> assertThat(finding.examples())
                        .isNotEmpty()
                        .allSatisfy(row -> assertThat(row).contains("=")));
    }

    @Test
    void everyRuleHasSomethingThatBreaksIt() {
        Set<String> broken = Corruptions.all().stream()
                .flatMap(wrong -> wrong.rules().stream())
                .collect(Collectors.toSet());

        assertThat(Invariants.all())
                .extracting(Invariant::rule)
                .doesNotHaveDuplicates()
                .hasSameElementsAs(broken);
    }

    /// The order of a paid payment is told by a saga, and what a saga has begun it may be in the middle of.
    @Test
    void whatASagaIsDoingIsExcused() throws SQLException {
        String paid = "UPDATE {pay}.payment SET state = 'PAID', captured_minor = amount_minor WHERE order_id = 'open'";

        assertThat(afterwards(GRACE, List.of(paid)).broken())
                .extracting(Finding::rule)
                .containsExactly("I7-states");
        assertThat(afterwards(GRACE, List.of(paid, Story.saga(90, "paid-m-open", "SUBMITTED")))
                        .broken())
                .isEmpty();
    }

    @Test
    void whatHasJustHappenedIsExcusedByTheGraceOnly() throws SQLException {
        List<String> justPaid = List.of("""
                UPDATE {pay}.payment
                SET state = 'PAID', captured_minor = amount_minor, update_time = UTC_TIMESTAMP(3)
                WHERE order_id = 'open'
                """);

        assertThat(afterwards(GRACE, justPaid).broken()).isEmpty();
        assertThat(afterwards(Duration.ZERO, justPaid).broken())
                .extracting(Finding::rule)
                .containsExactly("I7-states");
    }

    @Test
    void rowsAreCountedAndOnlySomeAreShown() throws SQLException {
        AuditResult result = afterwards(GRACE, List.of("DELETE FROM {order}.order_lines"));

        Finding totals = result.findings().stream()
                .filter(finding -> finding.rule().equals("I10-totals"))
                .findFirst()
                .orElseThrow();
        assertThat(totals.violations()).isEqualTo(6);
        assertThat(totals.examples())
                .hasSize(3)
                .allSatisfy(row -> assertThat(row).startsWith("order_id="));
        assertThat(result.line()).startsWith("BROKEN: ").contains("I10-totals");
    }

    private AuditResult afterwards(Duration grace, List<String> statements) throws SQLException {
        try (Connection connection = order.openRootConnection()) {
            connection.setAutoCommit(false);
            try {
                execute(connection, statements);
                return auditor(grace).check(connection);
            } finally {
                connection.rollback();
            }
        }
    }

    private Auditor auditor(Duration grace) {
        return new Auditor(schemas, new Auditor.Limits(grace, 3, Duration.ofSeconds(30)), InstantSource.system());
    }

    private void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(Story.sql(sql, schemas));
            }
        }
    }

    private static String migrations(String module, String folder) {
        return Arrays.asList("filesystem:", ROOT.resolve(module).resolve("src/main/resources/db"), "/", folder).stream()
                .map(Object::toString)
                .collect(Collectors.joining());
    }
}
