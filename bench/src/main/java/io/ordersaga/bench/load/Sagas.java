package io.ordersaga.bench.load;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/// Sagas of one kind, submitted one after the other under gids `PREFIX-0`, `PREFIX-1`, ...; remembers which were not
/// acknowledged. Thread-safe.
public final class Sagas implements Operation {
    private static final int DEADLINE_SECONDS = 30;

    private final Channels coordinator;
    private final String prefix;
    private final DtmRequest template;
    private final Status.Code expected;
    private final AtomicLong next = new AtomicLong();
    private final Queue<String> unacknowledged = new ConcurrentLinkedQueue<>();

    /// One step of each saga.
    public record Step(String action, String compensation) {
        private String json() {
            return "{\"action\":\"" + action + "\",\"compensate\":\"" + compensation + "\"}";
        }
    }

    private Sagas(Channels coordinator, String prefix, DtmRequest template, Status.Code expected) {
        this.coordinator = coordinator;
        this.prefix = prefix;
        this.template = template;
        this.expected = expected;
    }

    /// @param wait whether a submit waits for the saga's end
    /// @param expected the answer that counts as success
    private static Sagas of(
            Channels coordinator, String prefix, List<Step> steps, byte[] payload, boolean wait, Status.Code expected) {
        DtmRequest template = DtmRequest.newBuilder()
                .setTransType("saga")
                .setTransOptions(DtmTransOptions.newBuilder().setWaitResult(wait))
                .setSteps(steps.stream().map(Step::json).collect(Collectors.joining(",", "[", "]")))
                .addAllBinPayloads(
                        steps.stream().map(_ -> ByteString.copyFrom(payload)).toList())
                .build();
        return new Sagas(coordinator, prefix, template, expected);
    }

    /// Each caller waits for its saga's success.
    public static Sagas awaited(Channels coordinator, String prefix, List<Step> steps, byte[] payload) {
        return of(coordinator, prefix, steps, payload, true, Status.Code.OK);
    }

    /// Each caller waits until its saga has been rolled back.
    public static Sagas rolledBack(Channels coordinator, String prefix, List<Step> steps, byte[] payload) {
        return of(coordinator, prefix, steps, payload, true, Status.Code.ABORTED);
    }

    /// Each caller waits until its saga is durable.
    public static Sagas handedOver(Channels coordinator, String prefix, List<Step> steps, byte[] payload) {
        return of(coordinator, prefix, steps, payload, false, Status.Code.OK);
    }

    /// The same sagas, rolled back when they have not ended after this many seconds.
    public Sagas withTimeout(int seconds) {
        return new Sagas(
                coordinator,
                prefix,
                template.toBuilder()
                        .setTransOptions(template.getTransOptions().toBuilder().setTimeoutToFail(seconds))
                        .build(),
                expected);
    }

    @Override
    public void call() {
        DtmRequest request = request();
        try {
            var _ = DtmGrpc.newBlockingStub(coordinator.next())
                    .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .submit(request);
            answered(request, Status.Code.OK);
        } catch (StatusRuntimeException e) {
            answered(request, e.getStatus().getCode());
        }
    }

    /// The next saga; what came of it is told to [#answered].
    DtmRequest request() {
        return template.toBuilder()
                .setGid(prefix + "-" + next.getAndIncrement())
                .build();
    }

    void answered(DtmRequest request, Status.Code code) {
        if (code != expected) {
            unanswered(request);
            throw new IllegalStateException(request.getGid() + ": " + code);
        }
    }

    void unanswered(DtmRequest request) {
        unacknowledged.add(request.getGid());
    }

    Channels coordinator() {
        return coordinator;
    }

    public String prefix() {
        return prefix;
    }

    /// How many were submitted, with or without an answer.
    public long submitted() {
        return next.get();
    }

    /// Gids whose submit was refused or had no answer: they may exist or not.
    public List<String> unacknowledged() {
        return List.copyOf(unacknowledged);
    }
}
