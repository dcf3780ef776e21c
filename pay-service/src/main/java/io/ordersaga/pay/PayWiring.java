package io.ordersaga.pay;

import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.kit.BranchServing;
import io.ordersaga.kit.BranchTransactions;
import io.ordersaga.kit.DatabaseAccess;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.FailureMapping;
import io.ordersaga.kit.GrpcServing;
import io.ordersaga.saga.client.DtmClient;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.grpc.client.GrpcChannelFactory;

/// Builds the service: everything it consists of, in reading order.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PayConfig.class)
@Import({GrpcServing.class, DatabaseAccess.class, BranchServing.class, PayWiring.MockWiring.class})
class PayWiring {
    private static final Duration FORGET_INTERVAL = Duration.ofMinutes(1);

    @Bean
    ErrorDomain errorDomain() {
        return Refusals.DOMAIN;
    }

    /// In the precision that the database keeps.
    @Bean
    InstantSource clock() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    /// Each call borrows a connection for one statement; branches have a table inside of a transaction.
    @Bean
    PayTable payTable(Jdbi jdbi) {
        return jdbi.onDemand(PayTable.class);
    }

    @Bean
    Alerts alerts(MeterRegistry registry) {
        return new Alerts(registry);
    }

    @Bean
    ProviderCalls providerCalls(PayConfig config) {
        return new ProviderCalls(config.calls());
    }

    @Bean
    Providers providers(
            PayConfig config, ProviderCalls calls, InstantSource clock, ObjectProvider<MockServer> mockServer) {
        Duration tolerance = config.webhooks().tolerance();
        List<PaymentProvider> providers = new ArrayList<>();
        if (config.mock().enabled()) {
            Supplier<String> url = config.mock().url().isEmpty()
                    ? () -> mockServer.getObject().url()
                    : () -> config.mock().url();
            providers.add(new MockProvider(
                    url, calls, new WebhookSignature(config.mock().secrets(), tolerance), clock));
        }
        if (config.stripe().enabled()) {
            providers.add(new StripeProvider(
                    config.stripe(), calls, new WebhookSignature(config.stripe().webhookSecrets(), tolerance), clock));
        }
        return new Providers(providers);
    }

    @Bean
    FailureMapping providerFailures() {
        return failure -> failure instanceof ProviderUnavailableException
                ? Optional.of(Refusals.providerUnavailable())
                : Optional.empty();
    }

    @Bean
    Settlement settlement(PayConfig config, Alerts alerts) {
        return new Settlement(config.checks(), alerts);
    }

    @Bean
    RefundPayment refundPayment(PayTable table, Providers providers, Settlement settlement, PayConfig config) {
        return new RefundPayment(table, providers, settlement, config.checks());
    }

    @Bean
    PayBranches payBranches(
            BranchTransactions transactions,
            PayTable table,
            Providers providers,
            Settlement settlement,
            RefundPayment refundPayment,
            PayConfig config) {
        return new PayBranches(
                transactions,
                new Payments(config, settlement),
                new ClosePayment(table, providers, settlement),
                refundPayment);
    }

    @Bean
    PayEndpoint payEndpoint(PayTable table, Providers providers, PayConfig config) {
        return new PayEndpoint(table, new StartPayment(table, providers, config));
    }

    @Bean
    ReceiveNotice receiveNotice(
            PayTable table, Providers providers, Settlement settlement, PayConfig config, InstantSource clock) {
        return new ReceiveNotice(table, providers, settlement, config.webhooks(), clock);
    }

    @Bean
    PayWebhookEndpoint payWebhookEndpoint(ReceiveNotice receiveNotice) {
        return new PayWebhookEndpoint(receiveNotice);
    }

    @Bean
    Reconciliation reconciliation(
            PayTable table, Providers providers, Settlement settlement, RefundPayment refundPayment, PayConfig config) {
        return new Reconciliation(table, providers, settlement, refundPayment, config.checks());
    }

    /// Closed by the factory that made it.
    @Bean(destroyMethod = "")
    ManagedChannel coordinatorChannel(GrpcChannelFactory channels, PayConfig config) {
        return channels.createChannel(config.coordinator());
    }

    @Bean
    PaidSaga paidSaga(PayTable table, ManagedChannel coordinatorChannel, PayConfig config, Alerts alerts) {
        DtmClient coordinator =
                new DtmClient(coordinatorChannel, config.outbox().deadline());
        return new PaidSaga(table, coordinator, config, alerts);
    }

    @Bean
    Jobs jobs(
            PaidSaga paidSaga,
            Reconciliation reconciliation,
            ReceiveNotice receiveNotice,
            ManagedChannel coordinatorChannel,
            PayConfig config) {
        return new Jobs()
                .every(config.outbox().interval(), "hand over sagas", paidSaga::run)
                .every(config.checks().interval(), "ask providers", reconciliation::run)
                .every(FORGET_INTERVAL, "forget old notices", receiveNotice::forget)
                .every(config.reconnectInterval(), "reach the coordinator", () -> reconnect(coordinatorChannel));
    }

    /// Left alone, gRPC waits up to two minutes before it tries to reach who was down.
    private static void reconnect(ManagedChannel channel) {
        channel.resetConnectBackoff();
        var _ = channel.getState(true);
    }

    /// The provider of development set-ups. It shares nothing with the rest but the process and the
    /// schema.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("ordersaga.pay.mock.enabled")
    static class MockWiring {
        @Bean
        MockBank mockBank(Jdbi jdbi, PayConfig config, InstantSource clock) {
            WebhookSignature signature = new WebhookSignature(
                    config.mock().secrets(), config.webhooks().tolerance());
            return new MockBank(jdbi.onDemand(MockTable.class), config.mock(), signature, clock);
        }

        @Bean(initMethod = "start")
        MockServer mockServer(MockBank bank, PayConfig config) {
            return new MockServer(bank, config.mock());
        }

        @Bean
        Jobs mockJobs(MockBank bank, PayConfig config) {
            return new Jobs().every(config.mock().interval(), "be the mock provider", bank::run);
        }
    }
}
