package io.ordersaga.bench.shop;

import io.ordersaga.audit.AuditResult;
import io.ordersaga.audit.Auditor;
import io.ordersaga.audit.Schemas;
import io.ordersaga.bench.shop.Gateway.Call;
import io.ordersaga.bench.shop.Gateway.Who;
import io.ordersaga.bench.shop.Journal.Told;
import io.ordersaga.stack.Account;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Shoppers, kills, peace, audit.
public final class ShopRun {
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(10);
    private static final Duration LAST_LIMIT = Duration.ofMinutes(3);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(3);
    private static final Duration SETTLE_INTERVAL = Duration.ofSeconds(2);

    private final Premises premises;
    private final Plan plan;
    private final Consumer<String> progress;

    /// What is to happen.
    ///
    /// @param run part of all names
    /// @param shoppers at the same time
    /// @param seed of what they do, and of who is killed
    /// @param time for which they shop
    /// @param killEvery from one kill to the next; zero kills nobody
    /// @param coupons whether there are any
    public record Plan(String run, int shoppers, long seed, Duration time, Duration killEvery, boolean coupons) {}

    /// What came of it.
    ///
    /// @param orders acknowledged
    /// @param settled how long after the last shopper left nothing was under way any more
    /// @param audit of the books, after that
    public record Result(Journal journal, long orders, int kills, Duration settled, AuditResult audit) {
        public boolean clean() {
            return audit.clean() && journal.complaints() == 0;
        }

        /// What shoppers did and were told, and what is broken.
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            journal.deeds().forEach((deed, count) -> lines.add("%,8d  %s".formatted(count, deed)));
            lines.add("answers by code: " + journal.codes() + ", sent again: " + journal.repeats());
            lines.addAll(journal.complaintLines());
            audit.broken().forEach(finding -> {
                lines.add("BROKEN %s: %s (%,d)".formatted(finding.rule(), finding.promise(), finding.violations()));
                finding.examples().forEach(row -> lines.add("    " + row));
            });
            return lines;
        }

        public long complaints() {
            return journal.complaints();
        }
    }

    public ShopRun(Premises premises, Plan plan, Consumer<String> progress) {
        this.premises = premises;
        this.plan = plan;
        this.progress = progress;
    }

    /// Lets them shop, waits until all is settled, and looks.
    ///
    /// @throws SQLException when the audit could not be done
    public Result run() throws SQLException {
        Journal journal = new Journal();
        try (Gateway gateway = new Gateway(premises.gateway(), journal)) {
            Assortment assortment = new Assortment(plan.run(), plan.coupons());
            assortment.offer(gateway, plan.shoppers());
            progress.accept("the shop is open: %d shoppers for %d s, seed %d"
                    .formatted(plan.shoppers(), plan.time().toSeconds(), plan.seed()));
            Killer killer = new Killer(premises, plan.seed(), plan.killEvery(), progress);
            shop(gateway, assortment, journal, killer);
            long closed = System.nanoTime();
            progress.accept("the shop is closed: %,d orders; waiting until nothing is under way"
                    .formatted(journal.acknowledged()));
            AuditResult audit = settle();
            Duration settled = Duration.ofNanos(System.nanoTime() - closed);
            progress.accept("audit: " + audit.line());
            compare(gateway, journal);
            return new Result(journal, journal.acknowledged(), killer.kills(), settled, audit);
        }
    }

    /// Only the shopping, without kills: for those who are interested in the load. Returns how many orders there are.
    public long shopOnly() {
        Journal journal = new Journal();
        try (Gateway gateway = new Gateway(premises.gateway(), journal)) {
            Assortment assortment = new Assortment(plan.run(), plan.coupons());
            assortment.offer(gateway, plan.shoppers());
            shop(gateway, assortment, journal, new Killer(premises, plan.seed(), plan.killEvery(), progress));
            return journal.acknowledged();
        }
    }

    private void shop(Gateway gateway, Assortment assortment, Journal journal, Killer killer) {
        AtomicBoolean over = new AtomicBoolean();
        Till till = new Till(gateway, journal);
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < plan.shoppers(); number++) {
            String name = "shopper-" + plan.run() + "-" + number;
            Shopper shopper = new Shopper(gateway, assortment, till, journal, name, plan.seed() * 1_000_003 + number);
            threads.add(Thread.ofVirtual().name(name).start(() -> shopper.shop(over::get)));
        }
        Thread killing = Thread.ofPlatform().name("killer").start(() -> {
            if (plan.killEvery().isPositive()) {
                killer.run(over::get);
            }
        });
        long end = System.nanoTime() + plan.time().toNanos();
        long next = System.nanoTime() + PROGRESS_EVERY.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            if (System.nanoTime() > next) {
                next += PROGRESS_EVERY.toNanos();
                progress.accept("%,d orders, %d kills, %,d requests sent again"
                        .formatted(journal.acknowledged(), killer.kills(), journal.repeats()));
            }
        }
        over.set(true);
        threads.add(killing);
        long limit = System.nanoTime() + LAST_LIMIT.toNanos();
        for (Thread thread : threads) {
            if (!ended(thread, limit - System.nanoTime())) {
                journal.complain("every shopper leaves in the end", thread.getName());
            }
        }
    }

    private static boolean ended(Thread thread, long nanos) {
        try {
            return thread.join(Duration.ofNanos(Math.max(1, nanos)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Audits without grace again and again, until nothing is under way or broken, or the time is over.
    private AuditResult settle() throws SQLException {
        Auditor auditor = new Auditor(
                Schemas.standard(), Auditor.Limits.standard().withGrace(Duration.ZERO), InstantSource.system());
        Account account = premises.auditor();
        long end = System.nanoTime() + SETTLE_LIMIT.toNanos();
        try (Connection connection = DriverManager.getConnection(account.url(), account.user(), account.password())) {
            String told = "";
            while (true) {
                long open = auditor.underWay(connection);
                AuditResult result = auditor.run(connection);
                if ((open == 0 && result.clean()) || System.nanoTime() > end) {
                    return result;
                }
                String line = "%,d sagas, orders and refunds are under way, %,d rows do not agree yet"
                        .formatted(open, result.violations());
                if (!line.equals(told)) {
                    progress.accept(line);
                    told = line;
                }
                LockSupport.parkNanos(SETTLE_INTERVAL.toNanos());
            }
        }
    }

    /// What customers were told against what the shop says now.
    private void compare(Gateway gateway, Journal journal) {
        progress.accept("looking at %,d orders and their timelines".formatted(journal.acknowledged()));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(journal.orders().entrySet().stream()
                            .map(told -> CompletableFuture.runAsync(
                                    () -> compare(gateway, journal, told.getKey(), told.getValue()), threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
        }
    }

    private static void compare(Gateway gateway, Journal journal, String order, Told told) {
        Answer answer = gateway.ask(Call.get(Who.STAFF, "/api/v1/orders/" + order));
        if (!answer.ok()) {
            journal.complain("every acknowledged order exists", order + ": " + answer.code() + " " + answer.text());
            return;
        }
        String state = answer.field("state");
        boolean kept = switch (told) {
            case ACCEPTED -> Timeline.AT_REST.contains(state);
            case REJECTED -> state.equals("REJECTED");
            case CANCELLED -> state.equals("CANCELLED");
            case REFUNDED -> state.equals("REFUNDED");
            case PAID -> List.of("PAID", "SHIPPED", "COMPLETED", "REFUNDED").contains(state);
        };
        if (!kept) {
            journal.complain("an order ends as its buyer was told", order + ": told " + told + ", is " + state);
        }
        Answer timeline = gateway.ask(Call.get(Who.STAFF, "/api/v1/orders/" + order + "/timeline"));
        Timeline.fault(timeline.body().path("events"), state)
                .ifPresent(fault -> journal.complain("every timeline is a legal path", order + " " + fault));
    }
}
