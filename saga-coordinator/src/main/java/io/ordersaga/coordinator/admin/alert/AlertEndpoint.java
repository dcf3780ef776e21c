package io.ordersaga.coordinator.admin.alert;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.AddressRules;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.kit.SignedPost;
import io.ordersaga.saga.v1.Alert;
import io.ordersaga.saga.v1.AlertRule;
import io.ordersaga.saga.v1.AlertServiceGrpc;
import io.ordersaga.saga.v1.AlertSubscriber;
import io.ordersaga.saga.v1.CreateAlertSubscriberRequest;
import io.ordersaga.saga.v1.CreateAlertSubscriberResponse;
import io.ordersaga.saga.v1.DeleteAlertSubscriberRequest;
import io.ordersaga.saga.v1.DeleteAlertSubscriberResponse;
import io.ordersaga.saga.v1.ListAlertRulesRequest;
import io.ordersaga.saga.v1.ListAlertRulesResponse;
import io.ordersaga.saga.v1.ListAlertSubscribersRequest;
import io.ordersaga.saga.v1.ListAlertSubscribersResponse;
import io.ordersaga.saga.v1.ListAlertsRequest;
import io.ordersaga.saga.v1.ListAlertsResponse;
import io.ordersaga.saga.v1.TestAlertSubscriberRequest;
import io.ordersaga.saga.v1.TestAlertSubscriberResponse;
import io.ordersaga.saga.v1.UpdateAlertRuleRequest;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/// Alerts over gRPC.
final class AlertEndpoint extends AlertServiceGrpc.AlertServiceImplBase {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LISTED_MAX = 200;

    private final Jdbi jdbi;
    private final AlertTable alerts;
    private final SubscriberTable subscribers;
    private final AlertNotices notices;
    private final SubscriberSecrets secrets;
    private final AddressRules rules;
    private final AlertSettings settings;
    private final InstantSource clock;
    private final ErrorDomain domain;

    AlertEndpoint(
            Jdbi jdbi,
            AlertNotices notices,
            SubscriberSecrets secrets,
            AddressRules rules,
            AlertSettings settings,
            InstantSource clock,
            ErrorDomain domain) {
        this.jdbi = jdbi;
        this.alerts = jdbi.onDemand(AlertTable.class);
        this.subscribers = jdbi.onDemand(SubscriberTable.class);
        this.notices = notices;
        this.secrets = secrets;
        this.rules = rules;
        this.settings = settings;
        this.clock = clock;
        this.domain = domain;
    }

    @Override
    public void listAlerts(ListAlertsRequest request, StreamObserver<ListAlertsResponse> answer) {
        ListAlertsResponse.Builder found = ListAlertsResponse.newBuilder();
        Stream.concat(alerts.listOn(LISTED_MAX).stream(), alerts.listOver(LISTED_MAX).stream())
                .limit(LISTED_MAX)
                .forEach(row -> found.addAlerts(alert(row)));
        alerts.lastRound().ifPresent(time -> found.setLastRoundTime(Timestamps.fromMillis(time.toEpochMilli())));
        answer.onNext(found.build());
        answer.onCompleted();
    }

    @Override
    public void listAlertRules(ListAlertRulesRequest request, StreamObserver<ListAlertRulesResponse> answer) {
        answer.onNext(ListAlertRulesResponse.newBuilder()
                .addAllRules(alerts.rules().stream().map(AlertEndpoint::rule).toList())
                .build());
        answer.onCompleted();
    }

    @Override
    public void updateAlertRule(UpdateAlertRuleRequest request, StreamObserver<AlertRule> answer) {
        AlertRule rule = request.getRule();
        if (rule.getKind() == AlertRule.Kind.FAILURE_RATE && rule.getThreshold() > 100) {
            throw domain.invalidField("rule.threshold", "is a percentage: 100 at most");
        }
        if (!rule.hasWindow()) {
            throw domain.invalidField("rule.window", "is missing");
        }
        alerts.updateRule(new AlertTable.Rule(
                rule.getKind().name(),
                rule.getEnabled(),
                rule.getThreshold(),
                rule.getWindow().getSeconds()));
        answer.onNext(rule);
        answer.onCompleted();
    }

    @Override
    public void listAlertSubscribers(
            ListAlertSubscribersRequest request, StreamObserver<ListAlertSubscribersResponse> answer) {
        answer.onNext(ListAlertSubscribersResponse.newBuilder()
                .addAllSubscribers(subscribers.list().stream()
                        .map(AlertEndpoint::subscriber)
                        .toList())
                .build());
        answer.onCompleted();
    }

    @Override
    public void createAlertSubscriber(
            CreateAlertSubscriberRequest request, StreamObserver<CreateAlertSubscriberResponse> answer) {
        Optional<String> objection = rules.objectionToText(request.getUrl());
        if (objection.isEmpty()) {
            objection = rules.objectionToAddress(URI.create(request.getUrl()));
        }
        if (objection.isPresent()) {
            throw domain.invalidField("url", objection.get());
        }
        if (subscribers.list().size() >= settings.subscribersMax()) {
            throw domain.refusal(
                    Status.Code.RESOURCE_EXHAUSTED, "TOO_MANY_SUBSCRIBERS", "there are too many", Map.of());
        }
        if (!secrets.canSeal()) {
            throw domain.refusal(
                    Status.Code.FAILED_PRECONDITION,
                    "SEALING_KEY_MISSING",
                    "without ordersaga.coordinator.admin.alert.sealing.key no secret can be kept",
                    Map.of());
        }
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        if (!subscribers.insert(request.getName(), request.getUrl(), secrets.seal(request.getName(), secret))) {
            throw domain.refusal(
                    Status.Code.ALREADY_EXISTS, "SUBSCRIBER_EXISTS", "there is one of this name", Map.of());
        }
        answer.onNext(CreateAlertSubscriberResponse.newBuilder()
                .setSubscriber(subscriber(find(request.getName())))
                .setSecret(secret)
                .build());
        answer.onCompleted();
    }

    @Override
    public void deleteAlertSubscriber(
            DeleteAlertSubscriberRequest request, StreamObserver<DeleteAlertSubscriberResponse> answer) {
        jdbi.useTransaction(handle -> {
            SubscriberTable table = handle.attach(SubscriberTable.class);
            if (!table.delete(request.getName())) {
                throw unknown();
            }
            table.deleteNotices(request.getName());
        });
        answer.onNext(DeleteAlertSubscriberResponse.getDefaultInstance());
        answer.onCompleted();
    }

    @Override
    public void testAlertSubscriber(
            TestAlertSubscriberRequest request, StreamObserver<TestAlertSubscriberResponse> answer) {
        SubscriberTable.Row row = find(request.getName());
        String now = clock.instant().toString();
        String body = AlertJson.of(AlertNotices.TEST, "test", "TEST", "", "This is only a test.", 0, "", now, now);
        SignedPost.Result result;
        try {
            result = notices.deliver(row.name(), row.url(), row.secret(), "test", AlertNotices.TEST, body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw domain.refusal(Status.Code.UNAVAILABLE, "SHUTTING_DOWN", "this coordinator is going away", Map.of());
        }
        answer.onNext(TestAlertSubscriberResponse.newBuilder()
                .setReceived(result.received())
                .setStatus(result.status())
                .setError(result.error())
                .build());
        answer.onCompleted();
    }

    private SubscriberTable.Row find(String name) {
        return subscribers.find(name).orElseThrow(this::unknown);
    }

    private RefusalException unknown() {
        return domain.refusal(Status.Code.NOT_FOUND, "SUBSCRIBER_NOT_FOUND", "there is no such subscriber", Map.of());
    }

    private static Alert alert(AlertTable.Row row) {
        Alert.Builder alert = Alert.newBuilder()
                .setId(row.id())
                .setKind(AlertRule.Kind.valueOf(row.kind()))
                .setFingerprint(row.fingerprint())
                .setSummary(row.summary())
                .setValue(row.value())
                .setSampleGid(row.sampleGid())
                .setStartTime(Timestamps.fromMillis(row.startTime().toEpochMilli()));
        if (row.endTime() != null) {
            alert.setEndTime(Timestamps.fromMillis(row.endTime().toEpochMilli()));
        }
        return alert.build();
    }

    private static AlertRule rule(AlertTable.Rule row) {
        return AlertRule.newBuilder()
                .setKind(AlertRule.Kind.valueOf(row.kind()))
                .setEnabled(row.enabled())
                .setThreshold(row.threshold())
                .setWindow(Durations.fromSeconds(row.windowSeconds()))
                .build();
    }

    private static AlertSubscriber subscriber(SubscriberTable.Row row) {
        return AlertSubscriber.newBuilder()
                .setName(row.name())
                .setUrl(row.url())
                .setCreateTime(Timestamps.fromMillis(row.createTime().toEpochMilli()))
                .setPending(row.pending())
                .setLastStatus(row.lastStatus())
                .setLastError(row.lastError())
                .build();
    }
}
