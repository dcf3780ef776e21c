package io.ordersaga.order;

import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptor;
import io.ordersaga.kit.BranchServing;
import io.ordersaga.kit.DatabaseAccess;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.GrpcServing;
import io.ordersaga.kit.IdempotencyServing;
import io.ordersaga.kit.IdempotentRequests;
import io.ordersaga.order.audit.AuditWiring;
import io.ordersaga.order.flow.FlowWiring;
import io.ordersaga.order.webhook.WebhookWiring;
import io.ordersaga.saga.client.DtmClient;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/// Builds the service: everything it consists of, in reading order.
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties(OrderConfig.class)
@Import({
    GrpcServing.class,
    DatabaseAccess.class,
    BranchServing.class,
    IdempotencyServing.class,
    FlowWiring.class,
    WebhookWiring.class,
    AuditWiring.class
})
class OrderWiring {
    /// As many as there are tasks.
    private static final int SCHEDULED_AT_ONCE = 8;

    @Bean
    ErrorDomain errorDomain() {
        return Refusals.DOMAIN;
    }

    /// This program's own, in the precision that the database keeps. What is written about orders, and what is due,
    /// goes by their database's, which all replicas share.
    @Bean
    InstantSource clock() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    @Bean
    OrderTable orderTable(Jdbi jdbi) {
        return jdbi.onDemand(OrderTable.class);
    }

    @Bean
    Downstream downstream(GrpcChannelFactory channels) {
        return new Downstream(
                channels.createChannel("coordinator"),
                channels.createChannel("stock"),
                channels.createChannel("coupon"));
    }

    @Bean
    DtmClient coordinator(Downstream downstream, OrderConfig config) {
        return new DtmClient(downstream.coordinator(), config.placement().submitDeadline());
    }

    @Bean
    OrderListTable orderListTable(Jdbi jdbi) {
        return jdbi.onDemand(OrderListTable.class);
    }

    @Bean
    RefundTable refundTable(Jdbi jdbi) {
        return jdbi.onDemand(RefundTable.class);
    }

    @Bean
    OrderIds orderIds(InstantSource clock) {
        return new OrderIds(clock);
    }

    @Bean
    Pricing pricing(Downstream downstream, OrderConfig config, InstantSource clock) {
        return new Pricing(
                new Catalogue(downstream.stock(), config, clock),
                new Coupons(downstream.coupon(), config),
                config.currency());
    }

    @Bean
    PlaceOrder placeOrder(Pricing pricing, OrderTable orders, DtmClient coordinator, OrderConfig config, OrderIds ids) {
        return new PlaceOrder(pricing, orders, coordinator, config, ids, orders::databaseTime);
    }

    @Bean(initMethod = "start")
    PlacementWatch placementWatch(OrderListTable lists, OrderConfig config) {
        return new PlacementWatch(lists, config.watch());
    }

    @Bean
    CreateOrders createOrders(
            Pricing pricing, PlaceOrder placeOrder, IdempotentRequests requests, OrderIds ids, OrderConfig config) {
        return new CreateOrders(pricing, placeOrder, requests, ids, config.currency());
    }

    @Bean
    Coordinator coordinatorQueries(OrderConfig config) {
        return new Coordinator(config.coordinatorUrl(), config.lookupDeadline());
    }

    @Bean
    ReadOrders readOrders(
            OrderTable orders,
            OrderListTable lists,
            RefundTable refunds,
            PlacementWatch watch,
            Coordinator coordinatorQueries) {
        return new ReadOrders(orders, lists, refunds, watch, coordinatorQueries);
    }

    @Bean
    ChangeOrders changeOrders(OrderTable orders) {
        return new ChangeOrders(orders, orders::databaseTime);
    }

    @Bean
    OrderEndpoint orderEndpoint(
            CreateOrders createOrders,
            ReadOrders readOrders,
            ChangeOrders changeOrders,
            Lifecycle lifecycle,
            IdempotentRequests requests,
            OrderIds ids) {
        return new OrderEndpoint(createOrders, readOrders, changeOrders, lifecycle, requests, ids);
    }

    @Bean
    @Order(500)
    @GlobalServerInterceptor
    ServerInterceptor responseHeaders() {
        return new ResponseHeaders();
    }

    @Bean
    PlacementSweeper placementSweeper(
            PlaceOrder placeOrder, OrderTable orders, DtmClient coordinator, OrderConfig config) {
        return new PlacementSweeper(placeOrder, orders, coordinator, config, orders::databaseTime);
    }

    /// Nobody who waits, such as for a coordinator that is down, keeps the others waiting.
    @Bean
    ThreadPoolTaskScheduler taskScheduler() {
        ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
        scheduler.setPoolSize(SCHEDULED_AT_ONCE);
        scheduler.setThreadNamePrefix("timer-");
        return scheduler;
    }

    @Bean
    SchedulingConfigurer schedule(PlacementSweeper sweeper, Downstream downstream, OrderConfig config) {
        return tasks -> {
            tasks.addFixedDelayTask(sweeper::sweep, config.sweep().interval());
            tasks.addFixedDelayTask(downstream::reconnect, config.reconnectInterval());
        };
    }

    /// Who this service calls. The channels are closed by the factory that made them.
    record Downstream(ManagedChannel coordinator, ManagedChannel stock, ManagedChannel coupon) {
        /// Connects before the first order needs it, and again soon: left alone, gRPC waits up to two
        /// minutes before it tries to reach who was down.
        void reconnect() {
            for (ManagedChannel channel : List.of(coordinator, stock, coupon)) {
                channel.resetConnectBackoff();
                var _ = channel.getState(true);
            }
        }
    }
}
