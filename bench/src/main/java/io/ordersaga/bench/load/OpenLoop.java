package io.ordersaga.bench.load;

import com.google.protobuf.Empty;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;

/// Sagas that arrive by schedule, whether or not earlier ones have been answered; a latency begins when the schedule
/// wanted the saga sent.
public final class OpenLoop {
    private static final long TICK_NANOS = 2_000_000;
    private static final int DEADLINE_SECONDS = 10;
    /// Answers that are waited for at once; beyond it the generator itself would be what breaks.
    private static final int OUTSTANDING_MAX = 20_000;

    private final Sagas sagas;
    private final double rate;
    private final Duration time;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();
    private final Map<Status.Code, Long> failed = new ConcurrentHashMap<>();
    private final ConcurrentHistogram latencies = new ConcurrentHistogram(Measured.histogram());
    private final AtomicLongArray perSecond;
    private long notSent;

    /// What came of an open load.
    ///
    /// @param offered sagas that the schedule wanted
    /// @param notSent of those, not sent because too many were unanswered
    /// @param refused answered RESOURCE_EXHAUSTED
    /// @param failed any other answer than success
    /// @param measured the successful ones over the time of the load
    /// @param perSecond successes in each second since the start
    public record Result(
            long offered,
            long notSent,
            long refused,
            Map<Status.Code, Long> failed,
            Measured measured,
            List<Long> perSecond) {}

    /// A load that is yet to be run.
    ///
    /// @param rate sagas in each second
    public OpenLoop(Sagas sagas, double rate, Duration time) {
        this.sagas = sagas;
        this.rate = rate;
        this.time = time;
        this.perSecond = new AtomicLongArray((int) time.toSeconds() + DEADLINE_SECONDS + 2);
    }

    /// Sends for the whole time, and waits for the last answer.
    public Result run() {
        long began = System.nanoTime();
        long sent = 0;
        long elapsed = 0;
        while (elapsed < time.toNanos()) {
            long wanted = (long) (rate * elapsed / 1e9);
            while (sent < wanted) {
                sent++;
                long due = began + (long) (sent / rate * 1e9);
                if (outstanding.get() < OUTSTANDING_MAX) {
                    send(began, due);
                } else {
                    notSent++;
                }
            }
            LockSupport.parkNanos(TICK_NANOS);
            elapsed = System.nanoTime() - began;
        }
        while (outstanding.get() > 0) {
            LockSupport.parkNanos(TICK_NANOS);
        }
        List<Long> seconds = new ArrayList<>();
        for (int second = 0; second < time.toSeconds(); second++) {
            seconds.add(perSecond.get(second));
        }
        Measured measured = new Measured(latencies.getTotalCount(), failures() + refused.get(), time, latencies.copy());
        return new Result(sent, notSent, refused.get(), Map.copyOf(failed), measured, seconds);
    }

    private long failures() {
        return failed.values().stream().mapToLong(Long::longValue).sum();
    }

    /// Below the stubs: there every refusal would be an exception with a stack trace of ours.
    private void send(long began, long due) {
        DtmRequest request = sagas.request();
        outstanding.incrementAndGet();
        ClientCall<DtmRequest, Empty> call = sagas.coordinator()
                .next()
                .newCall(
                        DtmGrpc.getSubmitMethod(),
                        CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
        call.start(new Answer(request, began, due), new Metadata());
        call.request(1);
        call.sendMessage(request);
        call.halfClose();
    }

    private final class Answer extends ClientCall.Listener<Empty> {
        private final DtmRequest request;
        private final long began;
        private final long due;

        Answer(DtmRequest request, long began, long due) {
            this.request = request;
            this.began = began;
            this.due = due;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (status.isOk()) {
                long now = System.nanoTime();
                latencies.recordValue(Measured.clamped(now - due));
                int second = (int) ((now - began) / 1_000_000_000);
                perSecond.incrementAndGet(Math.min(second, perSecond.length() - 1));
            } else {
                sagas.unanswered(request);
                if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                    refused.incrementAndGet();
                } else {
                    var _ = failed.merge(status.getCode(), 1L, Long::sum);
                }
            }
            outstanding.decrementAndGet();
        }
    }
}
