package io.ordersaga.bench.load;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/// What callers saw.
///
/// @param succeeded how many operations did
/// @param failed how many did not
/// @param took from the first call to the last answer
/// @param latencies of those that succeeded, in microseconds
public record Measured(long succeeded, long failed, Duration took, Histogram latencies) {
    private static final double MICROS_PER_MILLI = 1000;
    private static final long LONGEST_MICROS = 120_000_000;

    static Histogram histogram() {
        return new Histogram(LONGEST_MICROS, 3);
    }

    static long clamped(long nanos) {
        return Math.clamp(nanos / 1000, 1, LONGEST_MICROS);
    }

    /// Nothing measured yet.
    public static Measured nothing() {
        return new Measured(0, 0, Duration.ZERO, histogram());
    }

    /// One operation that succeeded.
    public static Measured once(long nanos) {
        Histogram latencies = histogram();
        latencies.recordValue(clamped(nanos));
        return new Measured(1, 0, Duration.ofNanos(nanos), latencies);
    }

    /// One operation that did not.
    public static Measured failure() {
        return new Measured(0, 1, Duration.ZERO, histogram());
    }

    /// Both together, as one longer measurement.
    public Measured plus(Measured other) {
        Histogram sum = latencies.copy();
        sum.add(other.latencies);
        return new Measured(succeeded + other.succeeded, failed + other.failed, took.plus(other.took), sum);
    }

    public double perSecond() {
        return took.isZero() ? 0 : succeeded / (took.toNanos() / 1e9);
    }

    /// In milliseconds; `percentile` from 0 to 100.
    public double millis(double percentile) {
        return latencies.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }

    /// A line for people.
    public String text() {
        return "%.0f/s, p50 %.1f ms, p99 %.1f ms%s"
                .formatted(perSecond(), millis(50), millis(99), failed == 0 ? "" : ", " + failed + " failed");
    }
}
