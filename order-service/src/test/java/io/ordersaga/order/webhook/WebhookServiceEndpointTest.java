package io.ordersaga.order.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.AddressRules;
import io.ordersaga.kit.Caller;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.kit.Role;
import io.ordersaga.kit.SealingSettings;
import io.ordersaga.kit.SecretBox;
import io.ordersaga.order.v1.CreateWebhookEndpointRequest;
import io.ordersaga.order.v1.GetWebhookEndpointRequest;
import io.ordersaga.order.v1.ListWebhookDeliveriesRequest;
import io.ordersaga.order.v1.RedeliverWebhookRequest;
import io.ordersaga.order.v1.WebhookDelivery;
import io.ordersaga.order.v1.WebhookEndpoint;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.SettableClock;
import io.ordersaga.testkit.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/// The service for staff, called as its methods, on a real database. Endpoints of the own network are
/// allowed here.
@DatabaseTest
class WebhookServiceEndpointTest {
    private static final Caller STAFF = new Caller("s1", Set.of(Role.STAFF));

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T08:00:00Z"));
    private final WebhookConfig config = new Binder(new MapConfigurationPropertySource(Map.of(
                    "ordersaga.order-webhooks.allow-private",
                    "true",
                    "ordersaga.order-webhooks.sealing.key",
                    "A".repeat(43))))
            .bindOrCreate("ordersaga.order-webhooks", WebhookConfig.class);
    private final TestDatabase database;
    private final WebhookTable table;

    WebhookServiceEndpointTest(TestDatabase database) {
        this.database = database;
        database.migrate("classpath:db/migration");
        table = Jdbi.create(database.dataSource())
                .installPlugin(new SqlObjectPlugin())
                .onDemand(WebhookTable.class);
    }

    @Test
    void staffManageEndpointsAndSeeTheSecretOnce() {
        EndpointSecrets secrets = new EndpointSecrets(table, new SecretBox(config.sealing()));
        var api = apiWith(secrets);
        CreateWebhookEndpointRequest wish = CreateWebhookEndpointRequest.newBuilder()
                .setUrl("https://127.0.0.1/hooks")
                .addEventTypes("order.paid")
                .build();
        Caller customer = new Caller("42", Set.of(Role.CUSTOMER));
        assertThat(refusal(customer, () -> ask(wish, api::createWebhookEndpoint))
                        .code())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(refusal(STAFF, () -> ask(wish.toBuilder().setUrl("ftp://x/").build(), api::createWebhookEndpoint))
                        .code())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal(
                                STAFF,
                                () -> ask(
                                        wish.toBuilder()
                                                .addEventTypes("order.nope")
                                                .build(),
                                        api::createWebhookEndpoint))
                        .getMessage())
                .contains("event_types[1]");
        WebhookEndpoint made = as(STAFF, () -> ask(wish, api::createWebhookEndpoint));
        assertThat(made.getSecret()).startsWith("whsec_").hasSizeGreaterThan(40);
        EndpointRow stored = table.findEndpoint(made.getWebhookEndpointId()).orElseThrow();
        assertThat(stored.secret()).startsWith("s1.").doesNotContain(made.getSecret());
        assertThat(secrets.open(stored)).contains(made.getSecret());
        // As it was kept before there was a key.
        database.update("UPDATE webhook_endpoint SET secret = '" + made.getSecret() + "'");
        secrets.renew();
        assertThat(table.findEndpoint(made.getWebhookEndpointId()))
                .hasValueSatisfying(row -> assertThat(row.secret()).startsWith("s1."))
                .hasValueSatisfying(row -> assertThat(secrets.open(row)).contains(made.getSecret()));
        EndpointSecrets keyless = new EndpointSecrets(table, new SecretBox(new SealingSettings("", List.of())));
        keyless.renew();
        assertThat(table.findEndpoint(made.getWebhookEndpointId()).flatMap(keyless::open))
                .isEmpty();
        assertThat(refusal(STAFF, () -> ask(wish, apiWith(keyless)::createWebhookEndpoint))
                        .code())
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
        WebhookEndpoint shown = as(
                STAFF,
                () -> ask(
                        GetWebhookEndpointRequest.newBuilder()
                                .setWebhookEndpointId(made.getWebhookEndpointId())
                                .build(),
                        api::getWebhookEndpoint));
        assertThat(shown).isEqualTo(made.toBuilder().clearSecret().build());
        for (int seq = 1; seq < 5; seq++) {
            EventRow event = event(seq, seq == 1 ? "CREATED" : "PAID");
            if (seq > 1) {
                EndpointRow endpoint =
                        table.findEndpoint(made.getWebhookEndpointId()).orElseThrow();
                table.record(WebhookProtos.again(endpoint, event, clock.instant()));
            }
        }
        var page = ListWebhookDeliveriesRequest.newBuilder()
                .setWebhookEndpointId(made.getWebhookEndpointId())
                .setPageSize(2);
        var first = as(STAFF, () -> ask(page.build(), api::listWebhookDeliveries));
        var second =
                as(STAFF, () -> ask(page.setPageToken(first.getNextPageToken()).build(), api::listWebhookDeliveries));
        assertThat(Stream.concat(first.getDeliveriesList().stream(), second.getDeliveriesList().stream())
                        .map(WebhookDelivery::getEventId))
                .containsExactly("A.4", "A.3", "A.2");
        assertThat(second.getNextPageToken()).isEmpty();
        var again = RedeliverWebhookRequest.newBuilder()
                .setWebhookEndpointId(made.getWebhookEndpointId())
                .setEventId("A.3");
        assertThat(as(STAFF, () -> ask(again.build(), api::redeliverWebhook)).getState())
                .isEqualTo(WebhookDelivery.State.PENDING);
        assertThat(table.countLines(made.getWebhookEndpointId(), 10).waiting()).isOne();
        // It did not want that one.
        assertThat(refusal(STAFF, () -> ask(again.setEventId("A.1").build(), api::redeliverWebhook))
                        .code())
                .isEqualTo(Status.Code.NOT_FOUND);
    }

    private WebhookServiceEndpoint apiWith(EndpointSecrets secrets) {
        return new WebhookServiceEndpoint(
                table,
                secrets,
                new AddressRules(config.allowHttp(), config.allowPrivate()),
                config,
                new ErrorDomain("order.ordersaga"),
                clock);
    }

    private static <Q, A> A ask(Q request, BiConsumer<Q, StreamObserver<A>> method) {
        List<A> answers = new ArrayList<>();
        method.accept(request, new StreamObserver<>() {
            @Override
            public void onNext(A answer) {
                answers.add(answer);
            }

            @Override
            public void onError(Throwable failure) {
                throw new AssertionError(failure);
            }

            @Override
            public void onCompleted() {}
        });
        return answers.getFirst();
    }

    private static <A> A as(Caller caller, Callable<A> deed) {
        try {
            return caller.in(Context.current()).call(deed);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static RefusalException refusal(Caller caller, Callable<?> deed) {
        return catchThrowableOfType(RefusalException.class, () -> as(caller, deed));
    }

    private EventRow event(long seq, String type) {
        database.update(
                "INSERT INTO order_event (order_id, seq, type, actor, from_state, to_state, gid, detail, event_time)"
                        + " VALUES ('A', ?, ?, 'saga', NULL, 'PLACING', NULL, '{}', '2026-11-21 08:00:00')",
                seq,
                type);
        return table.findNextEvent("A", seq, "").orElseThrow();
    }
}
