package io.ordersaga.bench.orders;

import io.ordersaga.audit.AuditResult;
import io.ordersaga.audit.Auditor;
import io.ordersaga.audit.Schemas;
import io.ordersaga.bench.orders.OrderReads.Latency;
import io.ordersaga.bench.report.Figure;
import io.ordersaga.bench.report.Report;
import io.ordersaga.bench.shop.OwnStack;
import io.ordersaga.bench.shop.ShopRun;
import io.ordersaga.stack.Account;
import io.ordersaga.stack.Port;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Reads among few orders, then among many; then, among the many, the statements that run most while somebody shops,
/// and orders of one product that everybody wants. The audit at the end sees all of it.
public final class OrdersBench {
    private static final int READS = 1_000;
    private static final int HOTTEST = 10;
    private static final double RATIO_MOST = 2.0;
    private static final int SHOPPERS = 10;
    private static final Duration SHOPPING = Duration.ofSeconds(20);
    private static final Duration RULE_LIMIT = Duration.ofMinutes(5);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
    private static final Duration SETTLE_INTERVAL = Duration.ofSeconds(2);
    private static final int AUDITS_MAX = 3;

    private final OwnStack stack;
    private final Report report;
    private final String run;

    /// What decides about the exit code.
    public record Verdict(int statements, long scans, long violations) {
        public boolean clean() {
            return scans == 0 && violations == 0;
        }
    }

    public OrdersBench(OwnStack stack, Report report, String run) {
        this.stack = stack;
        this.report = report;
        this.run = run;
    }

    /// Fills the shop twice and measures both.
    ///
    /// @throws SQLException when the tables are not as expected, or the audit could not be done
    public Verdict run(long few, long many) throws SQLException {
        FilledShop shop = new FilledShop(stack.stack().administrator());
        Map<String, Latency> among;
        Map<String, Latency> before;
        try (OrderReads reads = new OrderReads(stack.stack().settings().ports().get(Port.ORDER))) {
            fill(shop, few);
            // Once for nothing: what is compiled on the way would count against the few.
            reads.measure(shop.orders(), READS);
            before = reads.measure(shop.orders(), READS);
            fill(shop, many);
            among = reads.measure(shop.orders(), READS);
        }
        compare(before, few, among, many);
        List<HotStatements.Hot> hot = new HotStatements(stack.stack().administrator()).during(this::shop, HOTTEST);
        hot.forEach(this::tell);
        // After the statements: the server's log shows the values of those only that are prepared while it writes.
        new HotProduct(stack.stack().settings().ports(), report).measure();
        AuditResult audit = audit();
        return new Verdict(
                hot.size(), hot.stream().filter(HotStatements.Hot::scans).count(), audit.violations());
    }

    private void fill(FilledShop shop, long orders) throws SQLException {
        long began = System.nanoTime();
        shop.fill(orders, count -> {
            if (count % 200_000 == 0) {
                report.progress("%,d orders".formatted(count));
            }
        });
        report.progress("%,d orders are there after %.1f s".formatted(orders, (System.nanoTime() - began) / 1e9));
    }

    private void compare(Map<String, Latency> before, long few, Map<String, Latency> among, long many) {
        among.forEach((name, latency) -> {
            Latency earlier = before.getOrDefault(name, latency);
            report.add("reads", Figure.printed(name + ", p50 among %,d".formatted(few), earlier.p50(), "ms"));
            report.add("reads", Figure.printed(name + ", p50 among %,d".formatted(many), latency.p50(), "ms"));
            report.add("reads", Figure.printed(name + ", p95 among %,d".formatted(few), earlier.p95(), "ms"));
            report.add("reads", Figure.printed(name + ", p95 among %,d".formatted(many), latency.p95(), "ms"));
            report.add(
                    "reads", Figure.atMost(name + ", p95 many / few", latency.p95() / earlier.p95(), RATIO_MOST, ""));
        });
    }

    private AuditResult audit() throws SQLException {
        Account account = stack.auditor();
        Auditor.Limits limits = new Auditor.Limits(Duration.ZERO, 5, RULE_LIMIT);
        try (Connection connection = DriverManager.getConnection(account.url(), account.user(), account.password())) {
            Auditor auditor = new Auditor(Schemas.standard(), limits, InstantSource.system());
            settle(auditor, connection);
            AuditResult result = auditor.run(connection);
            for (int audits = 1; audits < AUDITS_MAX && !result.clean(); audits++) {
                // A provider's lost notice is asked for after a while, and nothing is under way until then.
                report.progress("audit: " + result.line() + "; once more");
                settle(auditor, connection);
                result = auditor.run(connection);
            }
            report.add(
                    "audit",
                    Figure.printed("audit of all of them", result.took().toMillis() / 1000.0, "s"));
            result.broken().forEach(finding -> report.progress("BROKEN " + finding));
            return result;
        }
    }

    /// Waits until what the shoppers left under way has ended, or the time is over.
    private static void settle(Auditor auditor, Connection connection) throws SQLException {
        long end = System.nanoTime() + SETTLE_LIMIT.toNanos();
        do {
            LockSupport.parkNanos(SETTLE_INTERVAL.toNanos());
        } while (auditor.underWay(connection) > 0 && System.nanoTime() < end);
    }

    private void shop() {
        ShopRun.Plan plan = new ShopRun.Plan("bench-" + run, SHOPPERS, 1, SHOPPING, Duration.ZERO, true);
        long orders = new ShopRun(stack, plan, report::progress).shopOnly();
        report.progress("%,d orders were placed while the statements were written down".formatted(orders));
    }

    private void tell(HotStatements.Hot hot) {
        String shape = hot.shape().length() > 160 ? hot.shape().substring(0, 160) + "..." : hot.shape();
        report.progress("%,7d x %s: %s".formatted(hot.count(), hot.schema(), shape));
        hot.plan().forEach(line -> report.progress("          " + line + (hot.scans() ? "  SCAN" : "")));
        report.add(
                "statements",
                new Figure(
                        shape.substring(0, Math.min(58, shape.length())),
                        String.join("; ", hot.plan()),
                        "index",
                        hot.scans() ? Figure.Verdict.MISSED : Figure.Verdict.MET,
                        hot.count()));
    }
}
