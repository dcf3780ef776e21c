package io.ordersaga.gateway.upstream;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.gateway.upstream.UpstreamUnavailableException.Reason;
import io.ordersaga.transcoder.http.Reply;
import io.ordersaga.transcoder.http.TimeAllowed;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/// Keeps an upstream that is down or slow from taking the gateway with it: at most so many calls at once, and none for
/// a
/// while after too many failed.
final class CallGuard {
    private static final Duration BUSY_RETRY_AFTER = Duration.ofSeconds(1);

    /// What says that the upstream is unwell. A business refusal, whatever its code, says that it is well.
    private static final Set<Status.Code> FAILURES =
            Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED, Status.Code.INTERNAL, Status.Code.UNKNOWN);

    private final CircuitBreaker breaker;
    private final Bulkhead bulkhead;
    private final Duration openFor;

    CallGuard(CircuitBreaker breaker, Bulkhead bulkhead, Duration openFor) {
        this.breaker = breaker;
        this.bulkhead = bulkhead;
        this.openFor = openFor;
    }

    /// Makes the call, unless it may not be made now.
    Reply run(TimeAllowed time, Supplier<Reply> call) {
        if (!bulkhead.tryAcquirePermission()) {
            throw new UpstreamUnavailableException(bulkhead.getName(), Reason.UPSTREAM_OVERLOADED, BUSY_RETRY_AFTER);
        }
        try {
            if (!breaker.tryAcquirePermission()) {
                throw new UpstreamUnavailableException(breaker.getName(), Reason.UPSTREAM_UNAVAILABLE, openFor);
            }
            return counted(time, call);
        } finally {
            bulkhead.onComplete();
        }
    }

    /// Every way out tells the breaker something, or it would run out of permissions while half open.
    private Reply counted(TimeAllowed time, Supplier<Reply> call) {
        long start = breaker.getCurrentTimestamp();
        try {
            Reply reply = call.get();
            breaker.onSuccess(since(start), breaker.getTimestampUnit());
            return reply;
        } catch (StatusRuntimeException e) {
            Status.Code code = e.getStatus().getCode();
            if (code == Status.Code.CANCELLED || (code == Status.Code.DEADLINE_EXCEEDED && time.chosenByClient())) {
                // The caller gave up, which must not be a way to shut the upstream off for everybody else.
                breaker.releasePermission();
            } else if (FAILURES.contains(code)) {
                breaker.onError(since(start), breaker.getTimestampUnit(), e);
            } else {
                breaker.onSuccess(since(start), breaker.getTimestampUnit());
            }
            throw e;
        } catch (RuntimeException | Error e) {
            breaker.releasePermission();
            throw e;
        }
    }

    private long since(long start) {
        return breaker.getCurrentTimestamp() - start;
    }
}
