package io.ordersaga.order.flow;

import io.ordersaga.kit.BranchTransactions;
import io.ordersaga.order.Lifecycle;
import io.ordersaga.order.OrderConfig;
import io.ordersaga.saga.client.DtmClient;
import java.time.InstantSource;
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
    FlowTable flowTable(Jdbi jdbi) {
        return jdbi.onDemand(FlowTable.class);
    }

    @Bean
    OrderBranches orderBranches(BranchTransactions transactions, FlowTable flow, InstantSource clock) {
        return new OrderBranches(transactions, flow, clock);
    }

    @Bean
    FlowSagas flowSagas(DtmClient coordinator, OrderConfig config, FlowConfig flow) {
        return new FlowSagas(coordinator, config, flow);
    }

    @Bean
    CancelOrder cancelOrder(FlowTable flow, FlowSagas sagas, InstantSource clock) {
        return new CancelOrder(flow, sagas, clock);
    }

    @Bean
    RefundOrder refundOrder(FlowTable flow, FlowSagas sagas, InstantSource clock) {
        return new RefundOrder(flow, sagas, clock);
    }

    @Bean
    Lifecycle lifecycle(FlowTable flow, CancelOrder cancelOrder, RefundOrder refundOrder, InstantSource clock) {
        return new OrderLifecycle(cancelOrder, new ShipOrder(flow, clock), refundOrder);
    }

    @Bean
    FlowSweeper flowSweeper(
            FlowTable flow,
            CancelOrder cancelOrder,
            RefundOrder refundOrder,
            FlowSagas sagas,
            FlowConfig config,
            InstantSource clock) {
        return new FlowSweeper(flow, cancelOrder, refundOrder, sagas, config, clock);
    }

    /// Whether an order's time has come, the database says: all replicas share its clock.
    @Bean
    OrderTimers orderTimers(FlowTable flow, FlowSweeper sweeper, FlowConfig config) {
        return new OrderTimers(flow, sweeper, config, flow::databaseTime);
    }

    @Bean
    SchedulingConfigurer flowSchedule(OrderTimers timers, FlowSweeper sweeper, FlowConfig config) {
        return tasks -> {
            tasks.addFixedDelayTask(timers::cancelUnpaid, config.timers().interval());
            tasks.addFixedDelayTask(timers::completeShipped, config.timers().interval());
            tasks.addFixedDelayTask(sweeper::sweep, config.sweep().interval());
        };
    }
}
