package io.ordersaga.order.flow;

import io.ordersaga.kit.BranchTransactions;
import io.ordersaga.order.Lifecycle;
import io.ordersaga.order.OrderConfig;
import io.ordersaga.saga.client.DtmClient;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

/// Builds what happens to orders after they were placed.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FlowConfig.class)
public class FlowWiring {
    @Bean
    OrderBranches orderBranches(BranchTransactions transactions, Jdbi jdbi) {
        return new OrderBranches(transactions, table(jdbi));
    }

    @Bean
    FlowSagas flowSagas(DtmClient coordinator, OrderConfig config, FlowConfig flow) {
        return new FlowSagas(coordinator, config, flow);
    }

    @Bean
    CancelOrder cancelOrder(Jdbi jdbi, FlowSagas sagas) {
        return new CancelOrder(table(jdbi), sagas);
    }

    @Bean
    RefundOrder refundOrder(Jdbi jdbi, FlowSagas sagas) {
        return new RefundOrder(table(jdbi), sagas);
    }

    @Bean
    Lifecycle lifecycle(Jdbi jdbi, CancelOrder cancelOrder, RefundOrder refundOrder) {
        return new OrderLifecycle(cancelOrder, new ShipOrder(table(jdbi)), refundOrder);
    }

    @Bean
    FlowSweeper flowSweeper(
            Jdbi jdbi, CancelOrder cancelOrder, RefundOrder refundOrder, FlowSagas sagas, FlowConfig config) {
        return new FlowSweeper(table(jdbi), cancelOrder, refundOrder, sagas, config);
    }

    /// Whether an order's time has come, the database says: all replicas share its clock.
    @Bean
    OrderTimers orderTimers(Jdbi jdbi, FlowSweeper sweeper, FlowSagas sagas, FlowConfig config) {
        FlowTable table = table(jdbi);
        return new OrderTimers(table, sweeper, sagas, config, table::databaseTime);
    }

    @Bean
    SchedulingConfigurer flowSchedule(OrderTimers timers, FlowSweeper sweeper, FlowConfig config) {
        return tasks -> {
            tasks.addFixedDelayTask(timers::cancelUnpaid, config.timers().interval());
            tasks.addFixedDelayTask(timers::completeShipped, config.timers().interval());
            tasks.addFixedDelayTask(sweeper::sweep, config.sweep().interval());
        };
    }

    /// No bean, because it is an [io.ordersaga.order.OrderTable] too, of which the others want one.
    private static FlowTable table(Jdbi jdbi) {
        return jdbi.onDemand(FlowTable.class);
    }
}
