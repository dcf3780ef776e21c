package io.ordersaga.coordinator.admin.alert;

import io.ordersaga.coordinator.engine.ErrorFingerprint;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.saga.v1.AlertRule;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks whether there is something to tell, and whether what was told is over. Of several coordinators
/// one does it; when it is gone, the next takes over after three rounds.
final class AlertRounds {
    private static final Logger log = LoggerFactory.getLogger(AlertRounds.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ROUNDS_LEASED = 3;
    private static final Duration PARKED_LATELY = Duration.ofMinutes(5);

    /// What a rule found.
    private record Found(AlertRule.Kind kind, String fingerprint, String summary, long value, String sampleGid) {}

    /// What a round found.
    ///
    /// @param inPart rules that did not look at everything, so that what they did not find may be there
    ///     all the same; and one that is none
    private record Looked(List<Found> found, Set<String> inPart) {}

    private final Jdbi jdbi;
    private final AlertTable alerts;
    private final TroubleTable troubles;
    private final AlertSettings settings;
    private final InstantSource clock;
    private final String node;
    private final UnaryOperator<String> masking;

    /// @param masking takes secrets out of what participants said
    AlertRounds(Jdbi jdbi, AlertSettings settings, InstantSource clock, String node, UnaryOperator<String> masking) {
        this.jdbi = jdbi;
        this.alerts = jdbi.onDemand(AlertTable.class);
        this.troubles = jdbi.onDemand(TroubleTable.class);
        this.settings = settings;
        this.clock = clock;
        this.node = node;
        this.masking = masking;
    }

    /// One round, if it is this coordinator's turn; whether it was.
    boolean round() {
        Duration lease = settings.every().multipliedBy(ROUNDS_LEASED);
        if (!alerts.takeDuty(node, TimeUnit.NANOSECONDS.toMicros(lease.toNanos()))) {
            // The first one ever has nothing to take.
            alerts.makeDuty();
            return false;
        }
        Looked looked = look();
        int on = alerts.listOn(settings.alertsMax()).size();
        for (Found found : looked.found()) {
            // What is on stays on, however much there is.
            on += tell(found, on < settings.alertsMax()) ? 1 : 0;
        }
        for (AlertTable.Row gone : alerts.listGone(
                TimeUnit.NANOSECONDS.toMicros(settings.recoverAfter().toNanos()), looked.inPart())) {
            recovered(gone);
        }
        alerts.forget(settings.keptFor().toSeconds());
        return true;
    }

    /// Lets another coordinator look at once.
    void leave() {
        alerts.leaveDuty(node);
    }

    private Looked look() {
        List<Found> found = new ArrayList<>();
        Set<String> inPart = new HashSet<>(Set.of(""));
        List<AlertTable.Rule> rules =
                alerts.rules().stream().filter(AlertTable.Rule::enabled).toList();
        Set<SagaStatus> crowded = crowded();
        for (AlertTable.Rule rule : rules) {
            List<Found> ofRule = find(rule);
            found.addAll(ofRule);
            if (ofRule.size() >= settings.alertsMax()) {
                inPart.add(rule.kind());
            }
        }
        // Whatever was hidden when a rule looked was so before or is so after.
        crowded.addAll(crowded());
        for (AlertTable.Rule rule : rules) {
            AlertRule.Kind kind = AlertRule.Kind.valueOf(rule.kind());
            if (kind == AlertRule.Kind.PARKED && !crowded.isEmpty()) {
                inPart.add(rule.kind());
                unseen(rule, found).ifPresent(found::add);
            }
            if (kind == AlertRule.Kind.COMPENSATION_FAILING && crowded.contains(SagaStatus.ABORTING)) {
                inPart.add(rule.kind());
            }
        }
        return new Looked(found, inPart);
    }

    /// Where more transactions are open than are looked at.
    private Set<SagaStatus> crowded() {
        Set<SagaStatus> crowded = EnumSet.noneOf(SagaStatus.class);
        for (SagaStatus open : List.of(SagaStatus.PREPARED, SagaStatus.SUBMITTED, SagaStatus.ABORTING)) {
            if (troubles.areMore(open.name(), settings.openMax())) {
                crowded.add(open);
            }
        }
        return crowded;
    }

    /// Behind more open transactions than are looked at, what was parked of late is known by number only.
    private Optional<Found> unseen(AlertTable.Rule rule, List<Found> seen) {
        long number = troubles.parkedWithin(PARKED_LATELY.toSeconds());
        boolean told = seen.stream()
                .anyMatch(found -> found.kind() == AlertRule.Kind.PARKED
                        && found.fingerprint().isEmpty());
        return number < rule.threshold() || told
                ? Optional.empty()
                : Optional.of(new Found(
                        AlertRule.Kind.PARKED,
                        "",
                        number + " were parked within " + PARKED_LATELY
                                + ", maybe behind more open transactions than are looked at",
                        number,
                        ""));
    }

    private List<Found> find(AlertTable.Rule rule) {
        AlertRule.Kind kind = AlertRule.Kind.valueOf(rule.kind());
        return switch (kind) {
            case PARKED ->
                troubles.parked(rule.threshold(), settings.openMax(), settings.alertsMax()).stream()
                        .map(group -> found(kind, group, transactions(group) + " parked" + why(group)))
                        .toList();
            case COMPENSATION_FAILING ->
                troubles
                        .failingRollBacks(
                                settings.failingAttempts(), rule.threshold(), settings.openMax(), settings.alertsMax())
                        .stream()
                        .map(group -> found(kind, group, transactions(group) + " failing to roll back" + why(group)))
                        .toList();
            case OVER_AGE ->
                troubles.overAge(rule.windowSeconds(), rule.threshold(), settings.openMax()).stream()
                        .map(group -> found(
                                kind,
                                group,
                                transactions(group) + " without an end after "
                                        + Duration.ofSeconds(rule.windowSeconds())))
                        .toList();
            case FAILURE_RATE -> failureRate(rule);
            case KIND_UNSPECIFIED, UNRECOGNIZED -> List.of();
        };
    }

    private List<Found> failureRate(AlertTable.Rule rule) {
        TroubleTable.Ended ended = troubles.ended(rule.windowSeconds());
        long all = ended.succeeded() + ended.failed();
        if (all < settings.endedMin()) {
            return List.of();
        }
        long percent = ended.failed() * 100 / all;
        if (percent < rule.threshold()) {
            return List.of();
        }
        return List.of(new Found(
                AlertRule.Kind.FAILURE_RATE,
                "",
                percent + " % of the " + all + " transactions that ended within "
                        + Duration.ofSeconds(rule.windowSeconds()) + " were rolled back",
                percent,
                ""));
    }

    private static Found found(AlertRule.Kind kind, TroubleTable.Group group, String summary) {
        return new Found(kind, group.fingerprint(), summary, group.number(), group.sampleGid());
    }

    private static String transactions(TroubleTable.Group group) {
        return group.number() == 1 ? "1 transaction is" : group.number() + " transactions are";
    }

    private String why(TroubleTable.Group group) {
        return group.sampleError()
                .map(error -> ": " + ErrorFingerprint.pattern(masking.apply(error)))
                .orElse("");
    }

    /// The alert and what is to be told of it are written together, so that nobody is told twice and
    /// nobody never.
    ///
    /// @param mayBegin false when it is only taken note of, if it is on
    /// @return whether it is a new one
    private boolean tell(Found found, boolean mayBegin) {
        String id = newId();
        String summary = AlertJson.cut(found.summary(), 1000);
        boolean begun = jdbi.inTransaction(handle -> {
            AlertTable table = handle.attach(AlertTable.class);
            String kind = found.kind().name();
            if (!mayBegin || !table.begin(id, kind, found.fingerprint(), summary, found.value(), found.sampleGid())) {
                table.see(kind, found.fingerprint(), summary, found.value());
                return false;
            }
            String body = AlertJson.of(
                    AlertNotices.FIRING,
                    id,
                    kind,
                    found.fingerprint(),
                    summary,
                    found.value(),
                    found.sampleGid(),
                    clock.instant().toString(),
                    null);
            handle.attach(SubscriberTable.class).tell(id, AlertNotices.FIRING, body);
            return true;
        });
        if (begun) {
            log.warn("Alert {} {}: {}", id, found.kind(), summary);
        }
        return begun;
    }

    private void recovered(AlertTable.Row alert) {
        Instant now = clock.instant();
        jdbi.useTransaction(handle -> {
            if (handle.attach(AlertTable.class).end(alert.id())) {
                String body = AlertJson.of(
                        AlertNotices.RECOVERED,
                        alert.id(),
                        alert.kind(),
                        alert.fingerprint(),
                        alert.summary(),
                        alert.value(),
                        alert.sampleGid(),
                        alert.startTime().toString(),
                        now.toString());
                handle.attach(SubscriberTable.class).tell(alert.id(), AlertNotices.RECOVERED, body);
            }
        });
        log.info("Alert {} {} is over: {}", alert.id(), alert.kind(), alert.summary());
    }

    private static String newId() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
