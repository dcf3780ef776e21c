package io.ordersaga.coordinator.transport;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.CutText;
import io.ordersaga.coordinator.engine.Op;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Posts DTM's alerts: `{"gid","status","branch","error","retry_count"}`. Keeps no call waiting. Thread-safe.
final class DtmAlerts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DtmAlerts.class);
    private static final int ERROR_LENGTH_MAX = 1_000;

    private final DtmAlertSettings settings;
    private final Semaphore pending;
    private final HttpClient client;
    private final Counter sent;
    private final Counter lost;

    DtmAlerts(DtmAlertSettings settings, MeterRegistry registry) {
        this.settings = settings;
        this.pending = new Semaphore(settings.pendingMax());
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.deadline())
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        this.sent = registry.counter("ordersaga.dtm.alerts", "received", "true");
        this.lost = registry.counter("ordersaga.dtm.alerts", "received", "false");
    }

    /// As DTM, says nothing of those that are asked what became of a message or a workflow.
    void failedAgain(BranchCall call, BranchOutcome.Unknown outcome, int failuresInARow) {
        boolean isTold = !settings.webHook().isEmpty()
                && failuresInARow >= settings.retryLimit()
                && !call.saga().steps().get(call.step()).isCheckBack();
        if (!isTold) {
            return;
        }
        if (!pending.tryAcquire()) {
            lost.increment();
            return;
        }
        String body = Json.text(Json.object()
                .put("gid", call.gid().value())
                .put("status", call.op() == Op.ACTION ? "submitted" : "aborting")
                .put("branch", call.url())
                .put("error", CutText.to(ERROR_LENGTH_MAX, outcome.cause()))
                .put("retry_count", failuresInARow));
        HttpRequest request = HttpRequest.newBuilder(URI.create(settings.webHook()))
                .timeout(settings.deadline())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        var _ = client.sendAsync(request, BodyHandlers.discarding()).whenComplete(this::answered);
    }

    private void answered(@Nullable HttpResponse<Void> answer, @Nullable Throwable failure) {
        pending.release();
        if (answer != null && answer.statusCode() / 100 == 2) {
            sent.increment();
        } else {
            lost.increment();
            log.warn(
                    "An alert was not received by {}: {}",
                    settings.webHook(),
                    answer == null ? failure : answer.statusCode());
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
