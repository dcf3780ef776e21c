package io.ordersaga.coordinator.admin.alert;

import io.grpc.BindableService;
import io.ordersaga.kit.AddressRules;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.SecretBox;
import io.ordersaga.kit.SignedPost;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything about alerts, put together for the wiring, and the thread that looks. Thread-safe.
public final class Alerts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Alerts.class);
    private static final int COUNTED_MAX = 1000;

    private final AlertTable table;
    private final AlertRounds rounds;
    private final AlertNotices notices;
    private final AlertEndpoint endpoint;
    private final SubscriberSecrets secrets;
    private final AlertSettings settings;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("alerts").daemon().factory());
    private final ExecutorService sender = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("alert-notices").daemon().factory());
    private final AtomicBoolean sending = new AtomicBoolean();

    /// Looks at nothing before [#start].
    ///
    /// @param node of this coordinator; no other has it
    /// @param rules where notices may go
    /// @param masking takes secrets out of what participants said
    public Alerts(
            Jdbi jdbi,
            AlertSettings settings,
            AddressRules rules,
            InstantSource clock,
            String node,
            UnaryOperator<String> masking,
            ErrorDomain domain) {
        this.secrets = new SubscriberSecrets(jdbi, new SecretBox(settings.sealing()));
        this.table = jdbi.onDemand(AlertTable.class);
        this.settings = settings;
        this.rounds = new AlertRounds(jdbi, settings, clock, node, masking);
        this.notices = new AlertNotices(jdbi, new SignedPost(rules, settings.deadline()), secrets, settings, clock);
        this.endpoint = new AlertEndpoint(jdbi, notices, secrets, rules, settings, clock, domain);
    }

    public BindableService endpoint() {
        return endpoint;
    }

    /// Alerts that are on.
    public int countOn() {
        return table.listOn(COUNTED_MAX).size();
    }

    /// Begins to look now and then.
    public void start() {
        thread.execute(this::renewSecrets);
        var _ = thread.scheduleWithFixedDelay(
                this::round, settings.every().toMillis(), settings.every().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void renewSecrets() {
        try {
            secrets.renew();
        } catch (RuntimeException e) {
            log.warn("Subscribers' secrets were not looked at; that is done again with the next start", e);
        }
    }

    private void round() {
        try {
            if (rounds.round() && sending.compareAndSet(false, true)) {
                sender.execute(this::send);
            }
        } catch (RuntimeException e) {
            log.warn("Looking for alerts failed, and is tried again in {}", settings.every(), e);
        }
    }

    /// By a thread of its own: a subscriber that takes its time keeps nobody from looking.
    private void send() {
        try {
            notices.send();
        } catch (RuntimeException e) {
            log.warn("Notices were not sent, and are tried again in {}", settings.every(), e);
        } finally {
            sending.set(false);
        }
    }

    /// Ends, and lets another coordinator go on at once.
    @Override
    public void close() {
        thread.shutdownNow();
        sender.shutdownNow();
        try {
            if (thread.awaitTermination(1, TimeUnit.SECONDS)) {
                rounds.leave();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.debug("The database was gone before the duty was left", e);
        }
        notices.close();
    }
}
