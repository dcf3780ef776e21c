package io.ordersaga.coordinator;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.coordinator.Wiring.NodeName;
import io.ordersaga.coordinator.admin.AdminSettings;
import io.ordersaga.coordinator.admin.access.Access;
import io.ordersaga.coordinator.admin.query.TargetState;
import io.ordersaga.coordinator.admin.query.TransactionQueries;
import io.ordersaga.coordinator.admin.retention.Purge;
import io.ordersaga.coordinator.admin.retention.RetentionEndpoint;
import io.ordersaga.coordinator.admin.topic.TopicEndpoint;
import io.ordersaga.coordinator.admin.view.ViewEndpoint;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.store.JdbiCallArchive;
import io.ordersaga.coordinator.store.JdbiSagaStore;
import io.ordersaga.coordinator.store.JdbiTopicStore;
import io.ordersaga.coordinator.store.SagaCodec;
import io.ordersaga.coordinator.transport.ClientRequests;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.FailureMapping;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What operators may ask, and the housekeeping that belongs to it, put together.
@Configuration(proxyBeanMethods = false)
class QueryWiring {

    @Bean
    TransactionQueries transactionQueries(
            Jdbi jdbi,
            JdbiSagaStore store,
            CoordinatorConfig config,
            SteadyClock clock,
            MeterRegistry registry,
            NodeName node,
            ErrorDomain domain,
            ObjectProvider<TargetState.Source> targets,
            ObjectProvider<OpenAlerts> alerts) {
        AdminSettings settings = config.admin();
        TransactionQueries.Ports ports = new TransactionQueries.Ports(
                store,
                new JdbiCallArchive(jdbi),
                SagaCodec::decodeProgress,
                JdbiSagaStore::firstIdOf,
                targets.getIfAvailable(() -> url -> TargetState.CALLED),
                () -> alerts.stream().mapToInt(OpenAlerts::count).sum());
        return new TransactionQueries(
                jdbi, ports, settings.query(), settings.masking(), clock, registry, node.name(), domain);
    }

    /// How many alerts are open.
    interface OpenAlerts {
        int count();
    }

    @Bean
    BindableService transactionService(TransactionQueries queries) {
        return queries.endpoint();
    }

    @Bean
    BindableService retentionService(Jdbi jdbi, CoordinatorConfig config, ErrorDomain domain) {
        return new RetentionEndpoint(jdbi, config.admin().retention(), domain);
    }

    @Bean
    BindableService viewService(Jdbi jdbi, CoordinatorConfig config, ErrorDomain domain) {
        return new ViewEndpoint(jdbi, config.admin().view(), domain);
    }

    @Bean
    BindableService topicService(
            JdbiTopicStore topics, ClientRequests requests, TransactionQueries queries, ErrorDomain domain) {
        return new TopicEndpoint(topics, new TopicDesk(requests), queries.masking(), domain);
    }

    private record TopicDesk(ClientRequests requests) implements TopicEndpoint.Desk {

        @Override
        public void subscribe(String topic, String url, String remark) {
            requests.subscribe(topic, url, remark);
        }

        @Override
        public void unsubscribe(String topic, String url) {
            requests.unsubscribe(topic, url);
        }

        @Override
        public boolean delete(String topic) {
            return requests.deleteTopic(topic);
        }
    }

    @Bean
    Purge purge(Jdbi jdbi, CoordinatorConfig config, SteadyClock clock, NodeName node) {
        return new Purge(jdbi, config.admin().retention(), clock, JdbiSagaStore::firstIdOf, node.name());
    }

    @Bean
    Housekeeping housekeeping(TransactionQueries queries, Purge purge, Access access, CoordinatorConfig config) {
        return new Housekeeping(
                queries.minutes(),
                purge,
                access::forgetEnded,
                config.admin().retention().every());
    }

    @Bean
    FailureMapping storeFailures(ErrorDomain domain) {
        Status answer = Status.newBuilder()
                .setCode(io.grpc.Status.Code.UNAVAILABLE.value())
                .setMessage("the store does not answer now")
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason("STORE_UNAVAILABLE")
                        .setDomain(domain.name())
                        .build()))
                .build();
        return failure -> failure instanceof StoreUnavailableException ? Optional.of(answer) : Optional.empty();
    }
}
