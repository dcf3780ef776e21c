package io.ordersaga.stock;

import static io.ordersaga.stock.StockFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/// How many orders a second can be held of one product that everybody wants, and of many that share the
/// same demand: the difference is what the one row costs. Calls come through gRPC as the coordinator's do,
/// from the same JVM. Not part of the build:
///
/// `./mvnw -Dquick test -pl stock-service -am -Dtest=HotProductBench -Dsurefire.failIfNoSpecifiedTests=false`
@DatabaseTest
class HotProductBench {
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration RUN = Duration.ofSeconds(8);

    private record Round(int held, int busy, List<Long> nanos) {}

    @Test
    void reservationsPerSecond(TestDatabase database) throws Exception {
        try (StockFixture stock = StockFixture.start(database)) {
            List<String> many = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                many.add(stock.product(1_000_000_000));
            }
            List<String> hot = many.subList(0, 1);
            round(stock, many, 8, WARM_UP);
            StringBuilder table = new StringBuilder("\nproducts  callers  held/s  p50 ms  p99 ms  busy\n");
            for (List<String> products : List.of(hot, many)) {
                for (int callers : new int[] {1, 8, 32}) {
                    table.append(line(products.size(), callers, round(stock, products, callers, RUN)));
                }
            }
            System.out.println(table);
            assertThat(stock.unbalanced()).isEmpty();
        }
    }

    private static Round round(StockFixture stock, List<String> products, int callers, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        Callable<Round> caller = () -> call(stock, products, end);
        int held = 0;
        int busy = 0;
        List<Long> nanos = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Round> done : threads.invokeAll(Collections.nCopies(callers, caller))) {
                held += done.get().held();
                busy += done.get().busy();
                nanos.addAll(done.get().nanos());
            }
        }
        Collections.sort(nanos);
        return new Round(held, busy, nanos);
    }

    private static Round call(StockFixture stock, List<String> products, long end) {
        int busy = 0;
        List<Long> nanos = new ArrayList<>();
        while (System.nanoTime() < end) {
            String product = products.get(ThreadLocalRandom.current().nextInt(products.size()));
            long start = System.nanoTime();
            Answer answer = stock.reserve(order(StockFixture.line(product, 1)));
            if (answer.code() == Status.Code.OK) {
                nanos.add(System.nanoTime() - start);
            } else {
                assertThat(answer.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                busy++;
            }
        }
        return new Round(nanos.size(), busy, nanos);
    }

    private static String line(int products, int callers, Round round) {
        return "%8d %8d %7.0f %7.1f %7.1f %5d%n"
                .formatted(
                        products,
                        callers,
                        round.held() / (double) RUN.toSeconds(),
                        percentile(round.nanos(), 50),
                        percentile(round.nanos(), 99),
                        round.busy());
    }

    private static double percentile(List<Long> sorted, int percent) {
        return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) * percent / 100) / 1e6;
    }
}
