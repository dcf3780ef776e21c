package io.ordersaga.coordinator.admin.alert;

import io.ordersaga.kit.SignedPost;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends what is to be told, signed as the order system's webhooks are. A subscriber that does not answer
/// keeps only its own notices waiting. A notice may arrive twice, when a coordinator dies before it has
/// noted the answer: its id is in a header.
final class AlertNotices implements AutoCloseable {
    static final String FIRING = "firing";
    static final String RECOVERED = "recovered";
    static final String TEST = "test";

    static final String EVENT_ID = "Ordersaga-Event-Id";
    static final String EVENT_TYPE = "Ordersaga-Event-Type";

    private static final Logger log = LoggerFactory.getLogger(AlertNotices.class);
    private static final int AT_A_TIME = 20;
    private static final int ERROR_LENGTH_MAX = 500;
    private static final int DEADLINES_LEASED = 3;

    private final SubscriberTable table;
    private final SignedPost post;
    private final SubscriberSecrets secrets;
    private final AlertSettings settings;
    private final InstantSource clock;

    AlertNotices(Jdbi jdbi, SignedPost post, SubscriberSecrets secrets, AlertSettings settings, InstantSource clock) {
        this.table = jdbi.onDemand(SubscriberTable.class);
        this.post = post;
        this.secrets = secrets;
        this.settings = settings;
        this.clock = clock;
    }

    /// Sends what is due, to all subscribers side by side and to each one by one; returns when all have
    /// answered or have had their time.
    void send() {
        Map<String, List<SubscriberTable.Notice>> due =
                table.due(AT_A_TIME).stream().collect(Collectors.groupingBy(SubscriberTable.Notice::subscriber));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            due.values().forEach(notices -> threads.execute(() -> send(notices)));
        }
    }

    private void send(List<SubscriberTable.Notice> notices) {
        for (SubscriberTable.Notice notice : notices) {
            try {
                if (!takes(notice)) {
                    continue;
                }
                if (!send(notice)) {
                    // Who did not take this one is not asked to take the next in the same round.
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                log.warn("{} could not be sent", notice, e);
                return;
            }
        }
    }

    /// Whoever dies while it sends one leaves it to others a little later.
    private boolean takes(SubscriberTable.Notice notice) {
        Duration lease = settings.deadline().multipliedBy(DEADLINES_LEASED);
        return table.take(
                notice.alertId(), notice.event(), notice.subscriber(), TimeUnit.NANOSECONDS.toMicros(lease.toNanos()));
    }

    private boolean send(SubscriberTable.Notice notice) throws InterruptedException {
        SignedPost.Result result = deliver(
                notice.subscriber(), notice.url(), notice.secret(), notice.alertId(), notice.event(), notice.body());
        table.note(notice.subscriber(), result.status(), AlertJson.cut(result.error(), ERROR_LENGTH_MAX));
        int attempts = notice.attempts() + 1;
        if (result.received()) {
            table.done(notice.alertId(), notice.event(), notice.subscriber());
        } else if (attempts >= settings.attemptsMax()) {
            log.error("{} is given up after {} attempts: {}", notice, attempts, result.error());
            table.done(notice.alertId(), notice.event(), notice.subscriber());
        } else {
            log.info("{} was not received: {}", notice, result.error());
            Duration wait = jittered(settings.after(attempts));
            table.again(
                    notice.alertId(),
                    notice.event(),
                    notice.subscriber(),
                    TimeUnit.NANOSECONDS.toMicros(wait.toNanos()));
        }
        return result.received();
    }

    /// @param stored the subscriber's secret as it is kept
    SignedPost.Result deliver(String subscriber, String url, String stored, String alertId, String event, String body)
            throws InterruptedException {
        Optional<String> secret = secrets.open(subscriber, stored);
        if (secret.isEmpty()) {
            return SignedPost.Result.failed("the secret cannot be opened: it was sealed with another key");
        }
        return post.send(
                URI.create(url),
                secret.get(),
                Map.of(EVENT_ID, alertId + "." + event, EVENT_TYPE, "alert." + event),
                AlertJson.bytes(body),
                clock.instant());
    }

    /// Up to a tenth longer, so that those who failed together do not come back together.
    private static Duration jittered(Duration wait) {
        return wait.plusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis() / 10 + 1));
    }

    @Override
    public void close() {
        post.close();
    }
}
