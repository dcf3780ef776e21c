package io.ordersaga.coordinator;

import io.grpc.BindableService;
import io.ordersaga.coordinator.Wiring.NodeName;
import io.ordersaga.coordinator.admin.operation.Awakening;
import io.ordersaga.coordinator.admin.operation.BatchEndpoint;
import io.ordersaga.coordinator.admin.operation.BatchJobTable;
import io.ordersaga.coordinator.admin.operation.BatchRunner;
import io.ordersaga.coordinator.admin.operation.NodeBeat;
import io.ordersaga.coordinator.admin.operation.NodeEndpoint;
import io.ordersaga.coordinator.admin.operation.NodeTable;
import io.ordersaga.coordinator.admin.operation.NoteTable;
import io.ordersaga.coordinator.admin.operation.OperationEndpoint;
import io.ordersaga.coordinator.admin.operation.OperationSettings;
import io.ordersaga.coordinator.admin.operation.Selection;
import io.ordersaga.coordinator.admin.operation.TargetEndpoint;
import io.ordersaga.coordinator.admin.operation.TransactionOperations;
import io.ordersaga.coordinator.admin.operation.WaitingTable;
import io.ordersaga.coordinator.admin.query.TargetState;
import io.ordersaga.coordinator.admin.query.TransactionQueries;
import io.ordersaga.coordinator.dispatch.Dispatcher;
import io.ordersaga.coordinator.dispatch.OperatorDecisions;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.OperatorDesk;
import io.ordersaga.coordinator.store.JdbiSagaStore;
import io.ordersaga.kit.ErrorDomain;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What operators do, put together.
@Configuration(proxyBeanMethods = false)
class OperationWiring {

    @Bean
    OperatorDesk operatorDesk(Dispatcher dispatcher, Engine engine, JdbiSagaStore store, SteadyClock clock) {
        return new OperatorDecisions(dispatcher, engine, store, store.decisions(), clock);
    }

    /// The store is asked for first: it teaches the database access its types.
    @Bean
    TransactionOperations transactionOperations(
            OperatorDesk desk, JdbiSagaStore store, Engine engine, Jdbi jdbi, NodeName node, SteadyClock clock) {
        return new TransactionOperations(
                desk, store, engine, store::record, jdbi.onDemand(NoteTable.class), node.name(), clock);
    }

    @Bean
    BindableService operationService(TransactionOperations operations, TransactionQueries queries, ErrorDomain domain) {
        return new OperationEndpoint(operations, queries.masking(), domain);
    }

    // Both stopped by their lifecycle.
    @Bean(destroyMethod = "")
    NodeBeat nodeBeat(Jdbi jdbi, Dispatcher dispatcher, NodeName node, CoordinatorConfig config, SteadyClock clock) {
        String version = Optional.ofNullable(CoordinatorApp.class.getPackage().getImplementationVersion())
                .orElse("development");
        NodeBeat.Self self = new NodeBeat.Self(node.name(), version, host(), clock.instant());
        return new NodeBeat(jdbi.onDemand(NodeTable.class), dispatcher, self, settings(config), clock);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "unknown";
        }
    }

    @Bean(destroyMethod = "")
    BatchRunner batchRunner(Jdbi jdbi, TransactionOperations operations, NodeName node, CoordinatorConfig config) {
        return new BatchRunner(jdbi, operations, node.name(), settings(config));
    }

    @Bean
    BindableService batchService(
            BatchRunner runner,
            TransactionOperations operations,
            TransactionQueries queries,
            Jdbi jdbi,
            CoordinatorConfig config,
            ErrorDomain domain) {
        Selection selection = new Selection(
                queries.scanner(),
                jdbi.onDemand(BatchJobTable.class),
                queries.gate(),
                settings(config).selectMax());
        return new BatchEndpoint(runner, operations, selection, settings(config), domain);
    }

    @Bean
    BindableService targetService(
            Jdbi jdbi,
            NodeBeat beat,
            Awakening awakening,
            TransactionQueries queries,
            Dispatcher dispatcher,
            CoordinatorConfig config,
            ErrorDomain domain) {
        return new TargetEndpoint(
                jdbi.onDemand(NodeTable.class), beat, awakening, dispatcher, settings(config), queries.gate(), domain);
    }

    @Bean
    Awakening awakening(Jdbi jdbi, Dispatcher dispatcher, CoordinatorConfig config) {
        return new Awakening(jdbi.onDemand(WaitingTable.class), dispatcher, settings(config));
    }

    @Bean
    BindableService nodeService(
            Jdbi jdbi, NodeBeat beat, TransactionQueries queries, CoordinatorConfig config, ErrorDomain domain) {
        return new NodeEndpoint(jdbi.onDemand(NodeTable.class), beat, settings(config), queries.gate(), domain);
    }

    /// For sentences about transactions that wait.
    @Bean
    TargetState.Source targetStates(Dispatcher dispatcher) {
        return url -> switch (dispatcher.standingOf(url)) {
            case CALLED -> TargetState.CALLED;
            case LEFT_ALONE -> TargetState.LEFT_ALONE;
            case PAUSED -> TargetState.PAUSED;
        };
    }

    @Bean
    SmartLifecycle operating(NodeBeat beat, BatchRunner batches) {
        return new Operating(beat, batches);
    }

    private static OperationSettings settings(CoordinatorConfig config) {
        return config.admin().operation();
    }

    /// Starts before the dispatcher, which must know what is paused, and stops after it.
    private static final class Operating implements SmartLifecycle {

        private final NodeBeat beat;
        private final BatchRunner batches;
        private volatile boolean running;

        Operating(NodeBeat beat, BatchRunner batches) {
            this.beat = beat;
            this.batches = batches;
        }

        @Override
        public void start() {
            beat.start();
            batches.start();
            running = true;
        }

        @Override
        public void stop() {
            batches.close();
            beat.close();
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return Integer.MAX_VALUE - 1;
        }
    }
}
