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

/// Reads among few orders, then among many; then the statements that run most while somebody shops among the many.
public final class OrdersBench {
    private static final int READS = 1_000;
    private static final int HOTTEST = 10;
    private static final double RATIO_MOST = 2.0;
    private static final int SHOPPERS = 10;
    private static final Duration SHOPPING = Duration.ofSeconds(20);
    private static final Duration RULE_LIMIT = Duration.ofMinutes(5);

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
        // Before the shoppers come: what they leave under way would count.
        AuditResult audit = audit();
        List<HotStatements.Hot> hot = new HotStatements(stack.stack().administrator()).during(this::shop, HOTTEST);
        hot.forEach(this::tell);
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
            AuditResult result = new Auditor(Schemas.standard(), limits, InstantSource.system()).run(connection);
            report.add(
                    "audit",
                    Figure.printed("audit of all of them", result.took().toMillis() / 1000.0, "s"));
            result.broken().forEach(finding -> report.progress("BROKEN " + finding));
            return result;
        }
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
