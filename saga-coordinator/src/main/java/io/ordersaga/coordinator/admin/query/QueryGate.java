package io.ordersaga.coordinator.admin.query;

import io.grpc.Status;
import io.ordersaga.kit.ErrorDomain;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Lets so many questions in at once, of all kinds together, so that operators leave sagas their connections to the
/// database. A question never asks another: they would wait for each other. Thread-safe.
public final class QueryGate {

    private final Semaphore places;
    private final QuerySettings settings;
    private final ErrorDomain domain;

    public QueryGate(QuerySettings settings, ErrorDomain domain) {
        this.places = new Semaphore(settings.concurrent(), true);
        this.settings = settings;
        this.domain = domain;
    }

    /// RESOURCE_EXHAUSTED `TOO_MANY_QUESTIONS` when there is no place in time.
    public <T> T ask(Supplier<T> question) {
        try {
            if (!places.tryAcquire(settings.waitMax().toMillis(), TimeUnit.MILLISECONDS)) {
                throw domain.refusal(
                        Status.Code.RESOURCE_EXHAUSTED,
                        "TOO_MANY_QUESTIONS",
                        "too many questions are being answered",
                        Map.of());
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw domain.refusal(Status.Code.CANCELLED, "INTERRUPTED", "nobody waits for the answer", Map.of());
        }
        try {
            return question.get();
        } finally {
            places.release();
        }
    }
}
