package io.ordersaga.order;

import io.ordersaga.kit.BranchRoutes;
import io.ordersaga.kit.BranchTransport;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of this service. The coordinator, stock-service and coupon-service are reached through the gRPC
/// channels `coordinator`, `stock` and `coupon` (`spring.grpc.client.channel.*`).
///
/// @param currency the one currency that the shop sells in, ISO 4217
/// @param lookupDeadline of one read from stock-service or coupon-service
/// @param reconnectInterval how often those that are down are tried to be reached again
/// @param coordinatorUrl where the coordinator answers HTTP, to show staff how sagas stand
/// @param paymentTimeout how long an order awaits its payment, from its creation on
/// @param branches where the coordinator finds the called sides of the saga's steps
@ConfigurationProperties(prefix = "ordersaga.order", ignoreUnknownFields = false)
public record OrderConfig(
        @DefaultValue("CNY") String currency,
        @DefaultValue("2s") Duration lookupDeadline,
        @DefaultValue("1s") Duration reconnectInterval,
        @DefaultValue("http://localhost:36789") URI coordinatorUrl,
        @DefaultValue("30m") Duration paymentTimeout,
        @DefaultValue Branches branches,
        @DefaultValue Placement placement,
        @DefaultValue Catalogue catalogue,
        @DefaultValue Sweep sweep,
        @DefaultValue Watch watch) {

    public OrderConfig {
        check(currency.matches("[A-Z]{3}"), "currency", currency);
        positive("lookup-deadline", lookupDeadline);
        positive("reconnect-interval", reconnectInterval);
        check("http".equals(coordinatorUrl.getScheme()), "coordinator-url", coordinatorUrl);
        positive("payment-timeout", paymentTimeout);
    }

    /// Where the coordinator finds the branch services, as it sees them, which need not be how this service
    /// sees them.
    ///
    /// @param transport how the branches of new sagas are called, `grpc` or `http`; those that have begun go on
    ///     as they began, so both kinds of addresses stay valid
    /// @param order address `host:port` of order-service's gRPC branches; so are the others
    /// @param http addresses of the same branches over HTTP
    public record Branches(
            @DefaultValue("grpc") BranchTransport transport,
            @DefaultValue("localhost:8282") String order,
            @DefaultValue("localhost:28282") String stock,
            @DefaultValue("localhost:18282") String coupon,
            @DefaultValue("localhost:38282") String pay,
            @DefaultValue Http http) {
        private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._-]{1,253}:[0-9]{1,5}");

        public Branches {
            address("branches.order", order);
            address("branches.stock", stock);
            address("branches.coupon", coupon);
            address("branches.pay", pay);
        }

        private static void address(String key, String value) {
            check(ADDRESS.matcher(value).matches(), key, value);
        }

        /// Where the branches of a saga of this definition are.
        public BranchRoutes of(String definition) {
            return switch (BranchTransport.of(definition)) {
                case GRPC -> new BranchRoutes(BranchTransport.GRPC, order, stock, coupon, pay);
                case HTTP ->
                    new BranchRoutes(BranchTransport.HTTP, http.order(), http.stock(), http.coupon(), http.pay());
            };
        }
    }

    /// Addresses `http://host:port` of the branches over HTTP; `https` where somebody in between speaks it.
    public record Http(
            @DefaultValue("http://localhost:8285") String order,
            @DefaultValue("http://localhost:28285") String stock,
            @DefaultValue("http://localhost:18285") String coupon,
            @DefaultValue("http://localhost:38285") String pay) {
        private static final Pattern ADDRESS = Pattern.compile("https?://[A-Za-z0-9._-]{1,253}:[0-9]{1,5}");

        public Http {
            address("branches.http.order", order);
            address("branches.http.stock", stock);
            address("branches.http.coupon", coupon);
            address("branches.http.pay", pay);
        }

        private static void address(String key, String value) {
            check(ADDRESS.matcher(value).matches(), key, value);
        }
    }

    /// How an order is handed to the coordinator.
    ///
    /// @param submitDeadline of handing a saga to the coordinator without waiting for its end
    /// @param outcomeWait how long CreateOrder waits for the outcome, the handing over included
    public record Placement(
            @DefaultValue("3s") Duration submitDeadline,
            @DefaultValue("2s") Duration outcomeWait) {
        public Placement {
            positive("placement.submit-deadline", submitDeadline);
            positive("placement.outcome-wait", outcomeWait);
        }
    }

    /// How long prices are remembered.
    ///
    /// @param size products remembered at most
    /// @param freshFor how long a remembered price is used without asking
    /// @param keptFor how long it may be used while stock-service does not answer
    public record Catalogue(
            @DefaultValue("10000") int size,
            @DefaultValue("2s") Duration freshFor,
            @DefaultValue("10m") Duration keptFor) {
        public Catalogue {
            check(size > 0, "catalogue.size", size);
            positive("catalogue.fresh-for", freshFor);
            check(keptFor.compareTo(freshFor) >= 0, "catalogue.kept-for", keptFor);
        }
    }

    /// How orders are found whose placement hangs.
    ///
    /// @param age how long an order is being placed before its saga is submitted again; well above
    /// `placement.outcome-wait`
    /// @param interval between two sweeps
    /// @param batch orders per sweep at most
    public record Sweep(
            @DefaultValue("30s") Duration age,
            @DefaultValue("5s") Duration interval,
            @DefaultValue("100") int batch) {
        public Sweep {
            positive("sweep.age", age);
            positive("sweep.interval", interval);
            check(batch > 0, "sweep.batch", batch);
        }
    }

    /// How GetOrder waits for an order that is being placed.
    ///
    /// @param longest a wait is cut to this; below `ordersaga.grpc.call-time-limit`
    /// @param interval between two looks at all the orders that someone waits for, with one statement
    /// @param waiters at most; whoever comes then is answered at once
    public record Watch(
            @DefaultValue("9s") Duration longest,
            @DefaultValue("100ms") Duration interval,
            @DefaultValue("1000") int waiters) {
        public Watch {
            positive("watch.longest", longest);
            positive("watch.interval", interval);
            check(waiters > 0 && waiters <= 10_000, "watch.waiters", waiters);
        }
    }

    private static void positive(String key, Duration value) {
        check(value.isPositive(), key, value);
    }

    private static void check(boolean valid, String key, Object value) {
        if (!valid) {
            throw new IllegalArgumentException("ordersaga.order." + key + " must not be '" + value + "'");
        }
    }
}
