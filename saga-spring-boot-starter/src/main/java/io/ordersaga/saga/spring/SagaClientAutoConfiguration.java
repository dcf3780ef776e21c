package io.ordersaga.saga.spring;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptor;
import io.grpc.TlsChannelCredentials;
import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BranchConnections;
import io.ordersaga.saga.client.BranchContextInterceptor;
import io.ordersaga.saga.client.DtmClient;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;

/// The beans of saga-client, each unless the program has its own.
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration"
        })
@EnableConfigurationProperties(SagaClientConfig.class)
public final class SagaClientAutoConfiguration {
    /// A bean of this name and of type [ManagedChannel] is the connection to the coordinator.
    public static final String CHANNEL = "sagaCoordinatorChannel";

    private static ChannelCredentials credentials(SagaClientConfig config) {
        return config.plaintext() ? InsecureChannelCredentials.create() : TlsChannelCredentials.create();
    }

    @Bean(name = CHANNEL, destroyMethod = "shutdownNow")
    @ConditionalOnMissingBean(name = CHANNEL)
    ManagedChannel sagaCoordinatorChannel(SagaClientConfig config) {
        return Grpc.newChannelBuilder(config.coordinator(), credentials(config)).build();
    }

    @Bean
    @ConditionalOnMissingBean
    BranchConnections branchConnections(SagaClientConfig config) {
        return new BranchConnections(
                address -> Grpc.newChannelBuilder(address, credentials(config)).build(), config.branchDeadline());
    }

    @Bean
    @ConditionalOnMissingBean
    DtmClient dtmClient(
            @Qualifier(CHANNEL) ManagedChannel channel, BranchConnections connections, SagaClientConfig config) {
        return new DtmClient(channel, config.deadline(), connections);
    }

    /// With one database and one transaction manager.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({DataSourceUtils.class, PlatformTransactionManager.class})
    static class InTransactions {
        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnSingleCandidate(PlatformTransactionManager.class)
        Barrier sagaBarrier(PlatformTransactionManager transactions, DataSource database, SagaClientConfig config) {
            Barrier barrier = new Barrier(new SpringTransactions(transactions, database));
            return config.barrierTable().isEmpty() ? barrier : barrier.onDtmTable(config.barrierTable());
        }
    }

    /// In front of every service of the program's gRPC server.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(GlobalServerInterceptor.class)
    static class InGrpcServer {
        @Bean
        @GlobalServerInterceptor
        @ConditionalOnMissingBean(BranchContextInterceptor.class)
        ServerInterceptor branchContextInterceptor() {
            return new BranchContextInterceptor();
        }
    }

    /// Only on demand: a program that cannot reach the coordinator can usually still do most of its work.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    @ConditionalOnProperty("management.health.saga-coordinator.enabled")
    static class InHealth {
        @Bean
        @ConditionalOnMissingBean(name = "sagaCoordinatorHealthIndicator")
        HealthIndicator sagaCoordinatorHealthIndicator(DtmClient client) {
            return new CoordinatorHealth(client);
        }
    }
}
