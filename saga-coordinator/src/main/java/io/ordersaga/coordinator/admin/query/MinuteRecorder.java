package io.ordersaga.coordinator.admin.query;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.Search;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down what this node counted since the last time, so that all nodes together know the rates of the last hour
/// without anybody counting sagas. Losing some seconds of it costs nothing. One thread calls it.
public final class MinuteRecorder {

    private static final Logger log = LoggerFactory.getLogger(MinuteRecorder.class);
    private static final int KEPT_DAYS = 8;

    private final OverviewTable table;
    private final MeterRegistry registry;
    private final String node;
    private Counted before;

    private record Counted(long submitted, long succeeded, long failed, long parked) {

        Counted minus(Counted other) {
            return new Counted(
                    submitted - other.submitted,
                    succeeded - other.succeeded,
                    failed - other.failed,
                    parked - other.parked);
        }

        boolean isNothing() {
            return submitted == 0 && succeeded == 0 && failed == 0 && parked == 0;
        }
    }

    MinuteRecorder(OverviewTable table, MeterRegistry registry, String node) {
        this.table = table;
        this.registry = registry;
        this.node = node;
        this.before = new Counted(0, 0, 0, 0);
    }

    /// One statement, and none when nothing happened.
    public void record() {
        Counted now = new Counted(
                count(registry.find("ordersaga.sagas.submitted").tag("answer", "taken")),
                count(registry.find("ordersaga.sagas.finished").tag("status", "succeed")),
                count(registry.find("ordersaga.sagas.finished").tag("status", "failed")),
                count(registry.find("ordersaga.sagas.parked")));
        Counted since = now.minus(before);
        if (since.isNothing()) {
            return;
        }
        try {
            int _ = table.addToMinute(node, since.submitted(), since.succeeded(), since.failed(), since.parked());
            before = now;
        } catch (JdbiException failure) {
            log.warn(
                    "the counts of the last seconds could not be written, and are written with the next ones", failure);
        }
    }

    /// Removes what is older than anybody asks for.
    public void forget() {
        int _ = table.forgetMinutes(KEPT_DAYS);
    }

    private static long count(Search search) {
        return (long) search.counters().stream().mapToDouble(Counter::count).sum();
    }
}
