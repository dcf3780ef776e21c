package io.ordersaga.pay;

import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.kit.BranchServing;
import io.ordersaga.kit.BranchTransactions;
import io.ordersaga.kit.DatabaseAccess;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.FailureMapping;
import io.ordersaga.kit.GrpcServing;
import io.ordersaga.pay.mock.MockWiring;
import io.ordersaga.pay.stripe.StripeWiring;
import io.ordersaga.pay.webhook.WebhookWiring;
import io.ordersaga.saga.client.DtmClient;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.grpc.client.GrpcChannelFactory;

/// Builds the service: everything it consists of, in reading order.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PayConfig.class)
@Import({
    GrpcServing.class,
    DatabaseAccess.class,
    BranchServing.class,
    MockWiring.class,
    StripeWiring.class,
    WebhookWiring.class
})
class PayWiring {
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

    /// Those that are switched on.
    @Bean
    Providers providers(List<PaymentProvider> providers) {
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
        return new Settlement(config, alerts);
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
    Jobs jobs(PaidSaga paidSaga, Reconciliation reconciliation, ManagedChannel coordinatorChannel, PayConfig config) {
        return new Jobs()
                .every(config.outbox().interval(), "hand over sagas", paidSaga::run)
                .every(config.purge().interval(), "forget old sagas", paidSaga::forget)
                .every(config.checks().interval(), "ask providers", reconciliation::run)
                .every(config.reconnectInterval(), "reach the coordinator", () -> reconnect(coordinatorChannel));
    }

    /// Left alone, gRPC waits up to two minutes before it tries to reach who was down.
    private static void reconnect(ManagedChannel channel) {
        channel.resetConnectBackoff();
        var _ = channel.getState(true);
    }
}
