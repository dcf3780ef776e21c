package io.ordersaga.order;

import com.sun.net.httpserver.HttpServer;
import io.grpc.ManagedChannel;
import io.ordersaga.kit.BranchTransport;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.ScriptedParticipant.Call;
import io.ordersaga.testkit.SettableClock;
import io.ordersaga.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/// The service without Spring, put together as [OrderWiring] does, on an empty real database, a scripted
/// outside world and a clock that stands still. Its branches are at `o:1`, `s:2`, `c:3` and `p:4`.
final class OrderParts implements AutoCloseable {
    /// Waits long enough for a cold and busy machine.
    static final OrderConfig PATIENT = config(Duration.ofSeconds(10), BranchTransport.GRPC);

    /// For those who are not answered.
    static final OrderConfig IMPATIENT = config(Duration.ofMillis(200), BranchTransport.GRPC);

    /// Its new sagas are called over HTTP.
    static final OrderConfig OVER_HTTP = config(Duration.ofSeconds(10), BranchTransport.HTTP);

    final FakeShop shop = new FakeShop();
    final SettableClock clock = new SettableClock(Orders.NOW);
    final OrderTable table;
    final DtmClient coordinator;
    final PlaceOrder placeOrder;
    final PlacementSweeper sweeper;
    final RefundTable refunds;
    final PlacementWatch watch;
    /// What the coordinator answers to each query, as JSON.
    final AtomicReference<String> sagas = new AtomicReference<>("{\"transaction\":null,\"branches\":[]}");

    final ReadOrders reading;
    final ChangeOrders changing;

    private final ManagedChannel channel = shop.channel();
    private final HttpServer dtm;
    private final Coordinator queries;
    private final Jdbi jdbi;

    OrderParts(TestDatabase database) {
        database.migrate("classpath:db/migration");
        jdbi = Jdbi.create(database.dataSource()).installPlugin(new SqlObjectPlugin());
        jdbi.useHandle(handle -> {
            handle.execute("DELETE FROM idempotency_record");
            handle.execute("DELETE FROM order_refund_line");
            handle.execute("DELETE FROM order_refund");
            handle.execute("DELETE FROM order_event");
            handle.execute("DELETE FROM order_lines");
            handle.execute("DELETE FROM orders");
        });
        table = jdbi.onDemand(OrderTable.class);
        refunds = jdbi.onDemand(RefundTable.class);
        OrderListTable lists = jdbi.onDemand(OrderListTable.class);
        watch = new PlacementWatch(lists, new OrderConfig.Watch(Duration.ofSeconds(20), Duration.ofMillis(20), 1000));
        watch.start();
        dtm = dtm();
        queries = new Coordinator(
                URI.create("http://127.0.0.1:" + dtm.getAddress().getPort()), Duration.ofSeconds(10));
        reading = new ReadOrders(table, lists, refunds, watch, queries);
        changing = new ChangeOrders(table, clock);
        coordinator = new DtmClient(channel, PATIENT.placement().submitDeadline());
        placeOrder = placeOrder(PATIENT);
        sweeper = new PlacementSweeper(placeOrder, table, coordinator, PATIENT, clock);
    }

    private static OrderConfig config(Duration patience, BranchTransport transport) {
        return new OrderConfig(
                "CNY",
                patience,
                Duration.ofSeconds(1),
                URI.create("http://localhost:1"),
                Duration.ofMinutes(30),
                new OrderConfig.Branches(
                        transport,
                        "o:1",
                        "s:2",
                        "c:3",
                        "p:4",
                        new OrderConfig.Http("http://o:5", "http://s:6", "https://c:7", "http://p:8")),
                new OrderConfig.Placement(patience, patience),
                new OrderConfig.Catalogue(100, Duration.ofSeconds(2), Duration.ofMinutes(10)),
                new OrderConfig.Sweep(Duration.ofSeconds(30), Duration.ofSeconds(5), 3),
                new OrderConfig.Watch(Duration.ofSeconds(9), Duration.ofMillis(100), 1000));
    }

    private HttpServer dtm() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/api/dtmsvr/query", exchange -> {
                byte[] body = sagas.get().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    PlaceOrder placeOrder(OrderConfig config) {
        Pricing pricing =
                new Pricing(new Catalogue(channel, PATIENT, clock), new Coupons(channel, PATIENT), PATIENT.currency());
        return new PlaceOrder(pricing, table, coordinator, config, new OrderIds(clock), clock);
    }

    /// What the coordinator was asked to run, in the order of arrival.
    List<DtmRequest> submissions() {
        return shop.calls(FakeShop.SUBMIT).stream()
                .map(call -> FakeShop.parse(DtmRequest.getDefaultInstance(), call))
                .toList();
    }

    /// The stored order that a submission is about.
    Order orderOf(Call call) {
        String gid = FakeShop.parse(DtmRequest.getDefaultInstance(), call).getGid();
        return table.find(gid.substring("place-".length())).orElseThrow();
    }

    int countOrders() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM orders")
                .mapTo(Integer.class)
                .one());
    }

    @Override
    public void close() {
        watch.close();
        queries.close();
        dtm.stop(0);
        channel.shutdownNow();
        shop.close();
    }
}
