package io.ordersaga.pay;

import io.ordersaga.kit.BranchRoutes;
import io.ordersaga.kit.BranchTransport;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of this service.
///
/// @param provider who collects the money of new payments: `mock` or `stripe`
/// @param expiry how long a payment can be paid when its order does not say
/// @param attemptsMax how often a customer may try to pay one payment, 1 to 20
/// @param coordinator gRPC target of the coordinator
/// @param reconnectInterval how often a coordinator that is down is tried to be reached again
/// @param branches where the coordinator finds the called sides of the saga's steps
@ConfigurationProperties(prefix = "ordersaga.pay", ignoreUnknownFields = false)
public record PayConfig(
        @DefaultValue("mock") String provider,
        @DefaultValue("30m") Duration expiry,
        @DefaultValue("20") int attemptsMax,
        @DefaultValue("static://127.0.0.1:36790") String coordinator,
        @DefaultValue("1s") Duration reconnectInterval,
        @DefaultValue Branches branches,
        @DefaultValue Outbox outbox,
        @DefaultValue Checks checks,
        @DefaultValue Webhooks webhooks,
        @DefaultValue Purge purge,
        @DefaultValue Calls calls,
        @DefaultValue Mock mock,
        @DefaultValue Stripe stripe) {
    private static final int ATTEMPTS_LIMIT = 20;

    public PayConfig {
        check(Set.of("mock", "stripe").contains(provider), "provider", provider);
        seconds("expiry", expiry);
        check(attemptsMax >= 1 && attemptsMax <= ATTEMPTS_LIMIT, "attempts-max", attemptsMax);
        check(!coordinator.isBlank(), "coordinator", coordinator);
        positive("reconnect-interval", reconnectInterval);
    }

    /// Where the coordinator finds the branch services, as it sees them.
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
            @DefaultValue Http http) {
        private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._-]{1,253}:[0-9]{1,5}");

        public Branches {
            check(ADDRESS.matcher(order).matches(), "branches.order", order);
            check(ADDRESS.matcher(stock).matches(), "branches.stock", stock);
            check(ADDRESS.matcher(coupon).matches(), "branches.coupon", coupon);
        }

        /// Where the branches of a saga of this definition are. None of its own is among them.
        BranchRoutes of(String definition) {
            return switch (BranchTransport.of(definition)) {
                case GRPC -> new BranchRoutes(BranchTransport.GRPC, order, stock, coupon, "");
                case HTTP -> new BranchRoutes(BranchTransport.HTTP, http.order(), http.stock(), http.coupon(), "");
            };
        }
    }

    /// Addresses `http://host:port` of the branches over HTTP; `https` where somebody in between speaks it.
    public record Http(
            @DefaultValue("http://localhost:8285") String order,
            @DefaultValue("http://localhost:28285") String stock,
            @DefaultValue("http://localhost:18285") String coupon) {
        private static final Pattern ADDRESS = Pattern.compile("https?://[A-Za-z0-9._-]{1,253}:[0-9]{1,5}");

        public Http {
            check(ADDRESS.matcher(order).matches(), "branches.http.order", order);
            check(ADDRESS.matcher(stock).matches(), "branches.http.stock", stock);
            check(ADDRESS.matcher(coupon).matches(), "branches.http.coupon", coupon);
        }
    }

    /// Of handing sagas to the coordinator.
    ///
    /// @param interval between two looks for sagas that wait
    /// @param batch how many one look takes at most
    /// @param deadline of one submission
    /// @param first how long after the first failed submission the second comes; then twice that, and so
    ///     on
    /// @param last the longest time between two submissions
    /// @param retention how long a saga that the coordinator has taken is remembered
    public record Outbox(
            @DefaultValue("500ms") Duration interval,
            @DefaultValue("50") int batch,
            @DefaultValue("3s") Duration deadline,
            @DefaultValue("2s") Duration first,
            @DefaultValue("1m") Duration last,
            @DefaultValue("7d") Duration retention) {
        public Outbox {
            positive("outbox.interval", interval);
            check(batch >= 1 && batch <= 1000, "outbox.batch", batch);
            positive("outbox.deadline", deadline);
            seconds("outbox.first", first);
            check(last.compareTo(first) >= 0, "outbox.last", last);
            seconds("outbox.retention", retention);
        }
    }

    /// Of asking the provider how things stand, for what it has not told by itself.
    ///
    /// @param interval between two looks for what is to be asked about
    /// @param batch how many payments, and how many refunds, one look takes at most
    /// @param first how long after an attempt began, or a refund was asked for, the provider is asked;
    ///     then twice that
    /// @param last the longest time between two questions about one payment
    /// @param closedMax how often it is asked about a payment that it has closed
    public record Checks(
            @DefaultValue("2s") Duration interval,
            @DefaultValue("20") int batch,
            @DefaultValue("15s") Duration first,
            @DefaultValue("10m") Duration last,
            @DefaultValue("6") int closedMax) {
        public Checks {
            positive("checks.interval", interval);
            check(batch >= 1 && batch <= 1000, "checks.batch", batch);
            seconds("checks.first", first);
            check(last.compareTo(first) >= 0, "checks.last", last);
            check(closedMax >= 0 && closedMax <= 100, "checks.closed-max", closedMax);
        }
    }

    /// Of the notices of providers.
    ///
    /// @param tolerance how far the time stamp of a notice may be from now
    /// @param retention how long notices are kept
    /// @param rejectedPerMinute how many notices with a wrong signature are stored per minute; the rest
    ///     is only counted
    public record Webhooks(
            @DefaultValue("5m") Duration tolerance,
            @DefaultValue("90d") Duration retention,
            @DefaultValue("60") int rejectedPerMinute) {
        public Webhooks {
            seconds("webhooks.tolerance", tolerance);
            seconds("webhooks.retention", retention);
            check(rejectedPerMinute >= 0, "webhooks.rejected-per-minute", rejectedPerMinute);
        }
    }

    /// Of forgetting what was kept long enough; how long that is stands with what it is.
    ///
    /// @param interval between two purges
    /// @param batch rows that one statement forgets at most
    /// @param rounds statements of one purge, for one table, at most
    public record Purge(
            @DefaultValue("1m") Duration interval,
            @DefaultValue("1000") int batch,
            @DefaultValue("100") int rounds) {
        public Purge {
            positive("purge.interval", interval);
            check(batch >= 1 && batch <= 10_000, "purge.batch", batch);
            check(rounds >= 1 && rounds <= 10_000, "purge.rounds", rounds);
        }

        /// Forgets batch by batch until there is no more, or it has been enough for now; returns how many rows.
        ///
        /// @param forget forgets at most so many rows, and returns how many
        public int run(IntUnaryOperator forget) {
            int total = 0;
            for (int round = 0; round < rounds; round++) {
                int forgotten = forget.applyAsInt(batch);
                total += forgotten;
                if (forgotten < batch) {
                    break;
                }
            }
            return total;
        }
    }

    /// Calls to providers.
    ///
    /// @param connectTimeout of a connection
    /// @param deadline of one call, answer included
    /// @param answerBytesMax of an answer; a longer one is as good as none
    public record Calls(
            @DefaultValue("1s") Duration connectTimeout,
            @DefaultValue("4s") Duration deadline,
            @DefaultValue("262144") int answerBytesMax) {
        public Calls {
            positive("calls.connect-timeout", connectTimeout);
            positive("calls.deadline", deadline);
            check(answerBytesMax > 0, "calls.answer-bytes-max", answerBytesMax);
        }
    }

    /// The mock provider, with which anyone pays anything: for development only.
    ///
    /// @param enabled whether the mock runs inside of this program, and its notices are believed
    /// @param address on which it listens
    /// @param port on which it listens; 0 is any free one
    /// @param url where this service reaches it; empty is where it listens
    /// @param publicUrl where customers reach its pages; empty is where it listens
    /// @param webhookUrl where it delivers its notices
    /// @param secrets keys of its notices' signatures; it signs with the first and each of them is
    ///     believed
    /// @param interval between two looks for notices and captures that are due
    /// @param retention how long it knows a payment that nothing happens to any more, which cannot be
    ///     refunded after that; a refund; and a notice that it has delivered or given up
    public record Mock(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("127.0.0.1") String address,
            @DefaultValue("38284") int port,
            @DefaultValue("") String url,
            @DefaultValue("") String publicUrl,

            @DefaultValue("http://127.0.0.1:8080/webhooks/payments/mock")
            URI webhookUrl,

            @DefaultValue("mock-provider-signs-with-this") List<String> secrets,
            @DefaultValue("200ms") Duration interval,
            @DefaultValue("90d") Duration retention) {
        public Mock {
            check(port >= 0 && port <= 65_535, "mock.port", port);
            check(!secrets.isEmpty() && secrets.stream().noneMatch(String::isBlank), "mock.secrets", "empty");
            secrets = List.copyOf(secrets);
            positive("mock.interval", interval);
            seconds("mock.retention", retention);
        }
    }

    /// Stripe's PaymentIntents. Used when it has a key.
    ///
    /// @param url of its API
    /// @param secretKey `sk_...`; empty is without Stripe
    /// @param version of the API that the answers are in
    /// @param webhookSecrets `whsec_...` of the webhook endpoint; while they are exchanged, the old and
    ///     the new one
    public record Stripe(
            @DefaultValue("https://api.stripe.com") URI url,
            @DefaultValue("") String secretKey,
            @DefaultValue("2025-06-30.basil") String version,
            @DefaultValue({}) List<String> webhookSecrets) {
        public Stripe {
            webhookSecrets = List.copyOf(webhookSecrets);
            check(secretKey.isEmpty() || !webhookSecrets.isEmpty(), "stripe.webhook-secrets", "empty");
        }

        public boolean enabled() {
            return !secretKey.isEmpty();
        }

        @Override
        public String toString() {
            return "Stripe[url=" + url + ", enabled=" + enabled() + "]";
        }
    }

    private static void seconds(String key, Duration value) {
        check(value.toSeconds() >= 1, key, value);
    }

    private static void positive(String key, Duration value) {
        check(value.isPositive(), key, value);
    }

    private static void check(boolean valid, String key, Object value) {
        if (!valid) {
            throw new IllegalArgumentException("ordersaga.pay." + key + " must not be '" + value + "'");
        }
    }
}
