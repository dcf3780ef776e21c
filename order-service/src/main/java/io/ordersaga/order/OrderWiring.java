package io.ordersaga.order;

import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptor;
import io.ordersaga.kit.BranchServing;
import io.ordersaga.kit.DatabaseAccess;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.GrpcServing;
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

    /// In the precision that the database keeps.
    @Bean
    InstantSource clock() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    @Bean
    PlacementTable orderTable(Jdbi jdbi) {
        return jdbi.onDemand(PlacementTable.class);
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
    PlaceOrder placeOrder(
            Pricing pricing,
            PlacementTable orders,
            DtmClient coordinator,
            OrderConfig config,
            OrderIds ids,
            InstantSource clock) {
        return new PlaceOrder(pricing, orders, coordinator, config, ids, clock);
    }

    @Bean
    Idempotency idempotency(PlacementTable orders, OrderConfig config) {
        return new Idempotency(orders, config.idempotency());
    }

    @Bean(initMethod = "start")
    PlacementWatch placementWatch(OrderListTable lists, OrderConfig config) {
        return new PlacementWatch(lists, config.watch());
    }

    @Bean
    CreateOrders createOrders(
            Pricing pricing, PlaceOrder placeOrder, OrderTable orders, Idempotency idempotency, OrderConfig config) {
        return new CreateOrders(pricing, placeOrder, orders, idempotency, config.currency());
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
    ChangeOrders changeOrders(OrderTable orders, InstantSource clock) {
        return new ChangeOrders(orders, clock);
    }

    @Bean
    OrderEndpoint orderEndpoint(
            CreateOrders createOrders,
            ReadOrders readOrders,
            ChangeOrders changeOrders,
            Lifecycle lifecycle,
            Idempotency idempotency,
            OrderIds ids) {
        return new OrderEndpoint(createOrders, readOrders, changeOrders, lifecycle, idempotency, ids);
    }

    @Bean
    @Order(500)
    @GlobalServerInterceptor
    ServerInterceptor responseHeaders() {
        return new ResponseHeaders();
    }

    @Bean
    PlacementSweeper placementSweeper(
            PlaceOrder placeOrder, OrderTable orders, DtmClient coordinator, OrderConfig config, InstantSource clock) {
        return new PlacementSweeper(placeOrder, orders, coordinator, config, clock);
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
    SchedulingConfigurer schedule(
            PlacementSweeper sweeper, Downstream downstream, Idempotency idempotency, OrderConfig config) {
        return tasks -> {
            tasks.addFixedDelayTask(sweeper::sweep, config.sweep().interval());
            tasks.addFixedDelayTask(downstream::reconnect, config.reconnectInterval());
            tasks.addFixedDelayTask(idempotency::purge, config.idempotency().purgeInterval());
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
