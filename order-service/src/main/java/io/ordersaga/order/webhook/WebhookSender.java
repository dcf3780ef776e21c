package io.ordersaga.order.webhook;

import io.ordersaga.kit.SignedPost;
import io.ordersaga.order.webhook.WebhookTable.Line;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the endpoints what stands in their lines. A line is one order at one endpoint and is told by one
/// thread at a time, so its events arrive in their order; an event that is not received keeps those behind
/// it waiting, for longer each time, and after too many attempts the line is parked. No endpoint waits for
/// another. Any number of replicas may send: a line that a replica took and did not finish is free again
/// after a while.
final class WebhookSender implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WebhookSender.class);

    /// Of a line, so that others get their turn.
    private static final int EVENTS_AT_A_TIME = 10;

    private static final int FORGET_BATCH = 1000;
    private static final int ERROR_LENGTH_MAX = 500;

    private final WebhookTable table;
    private final WebhookCall call;
    private final WebhookConfig config;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Semaphore> free = new ConcurrentHashMap<>();

    WebhookSender(WebhookTable table, WebhookCall call, WebhookConfig config, InstantSource clock) {
        this.table = table;
        this.call = call;
        this.config = config;
        this.clock = clock;
    }

    /// Begins to tell what is due, as far as there are hands free for the endpoint, and returns.
    void send() {
        List<EndpointRow> endpoints = table.listEndpoints();
        for (EndpointRow endpoint : endpoints) {
            begin(endpoint);
        }
        free.keySet()
                .retainAll(
                        endpoints.stream().map(EndpointRow::webhookEndpointId).toList());
    }

    private void begin(EndpointRow endpoint) {
        Semaphore hands = free.computeIfAbsent(
                endpoint.webhookEndpointId(),
                key -> new Semaphore(config.sending().atOnce()));
        int available = hands.drainPermits();
        int begun = 0;
        try {
            if (available == 0) {
                return;
            }
            Instant now = clock.instant();
            for (Line line : table.claim(
                    endpoint.webhookEndpointId(), now, now.plus(config.sending().lease()), available)) {
                threads.execute(() -> tell(endpoint, line, hands));
                begun++;
            }
        } catch (RejectedExecutionException e) {
            log.info(
                    "Closing; what was claimed is free again after {}",
                    config.sending().lease());
        } finally {
            hands.release(available - begun);
        }
    }

    private void tell(EndpointRow endpoint, Line claimed, Semaphore hands) {
        try {
            Line line = claimed;
            for (int told = 0; told < EVENTS_AT_A_TIME; told++) {
                Optional<EventRow> event = table.findNextEvent(line.orderId(), line.nextSeq(), endpoint.eventTypes());
                if (event.isEmpty()) {
                    table.finish(line, endpoint.eventTypes(), clock.instant());
                    return;
                }
                if (!tell(endpoint, line, event.get())) {
                    return;
                }
                line = line.after(event.get().seq());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The line's claim runs out, and it is told again.
            log.warn("Order {} could not be told to {}", claimed.orderId(), endpoint, e);
        } finally {
            hands.release();
        }
    }

    /// Returns whether it was received and the line goes on at once.
    private boolean tell(EndpointRow endpoint, Line line, EventRow event) throws InterruptedException {
        SignedPost.Result result = call.send(endpoint, event, clock.instant());
        Instant now = clock.instant();
        if (result.received()) {
            record(endpoint, event, DeliveryState.DELIVERED, result, now);
            // Not yet free for others, because it goes on with the next event.
            return table.move(
                            line, event.seq() + 1, 0, now.plus(config.sending().lease()))
                    == 1;
        }
        int failures = line.attempts() + 1;
        boolean parked = failures >= config.retry().attempts();
        record(endpoint, event, parked ? DeliveryState.PARKED : DeliveryState.PENDING, result, now);
        if (parked) {
            log.error(
                    "Parked event {} for {} after {} attempts: {}",
                    event.eventId(),
                    endpoint,
                    failures,
                    result.error());
            table.park(line, event.seq(), failures);
        } else {
            log.info("Event {} was not received by {}: {}", event.eventId(), endpoint, result.error());
            table.move(
                    line,
                    event.seq(),
                    failures,
                    now.plus(jittered(config.retry().after(failures))));
        }
        return false;
    }

    private void record(
            EndpointRow endpoint, EventRow event, DeliveryState state, SignedPost.Result result, Instant now) {
        String error = result.error();
        table.record(new DeliveryRow(
                endpoint.webhookEndpointId(),
                event.orderId(),
                event.seq(),
                event.type(),
                state,
                1,
                result.status(),
                error.substring(0, Math.min(error.length(), ERROR_LENGTH_MAX)),
                now,
                now));
    }

    /// Up to a tenth longer, so that those who failed together do not come back together.
    private static Duration jittered(Duration wait) {
        return wait.plusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis() / 10 + 1));
    }

    /// Counts who waits, and forgets what was received long ago.
    void tend() {
        for (EndpointRow endpoint : table.listEndpoints()) {
            int waiting = table.countLines(endpoint.webhookEndpointId(), config.ordersMax() + 1)
                    .waiting();
            boolean suspended = waiting > config.ordersMax();
            if (suspended != endpoint.suspended()) {
                table.setSuspended(endpoint.webhookEndpointId(), suspended);
                log.warn("{} orders wait for {}: {}", waiting, endpoint, suspended ? "suspended" : "resumed");
            }
        }
        Instant before = clock.instant().minus(config.keptFor());
        while (table.forget(before, FORGET_BATCH) == FORGET_BATCH) {
            log.info("Forgot {} deliveries from before {}", FORGET_BATCH, before);
        }
    }

    /// Takes no more lines, and lets what is under way end.
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(config.sending().deadline().toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("Some requests to endpoints did not end; they are made again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
