package io.ordersaga.bench.orders;

import io.ordersaga.order.v1.GetOrderRequest;
import io.ordersaga.order.v1.ListOrdersRequest;
import io.ordersaga.order.v1.ListOrdersResponse;
import io.ordersaga.order.v1.OrderServiceGrpc;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.HdrHistogram.Histogram;

/// Reads orders over gRPC, one request after the other, so that nothing but the request is measured.
final class OrderReads implements AutoCloseable {
    private static final int PAGE = 20;
    private static final double MICROS = 1_000.0;

    private final ServiceCalls calls;
    private final Random random = new Random(42);

    /// In milliseconds.
    record Latency(double p50, double p95) {}

    private interface Read {
        void run(long order);
    }

    OrderReads(int port) {
        calls = new ServiceCalls(port);
    }

    /// Every way to read, by name.
    ///
    /// @param orders how many there are
    /// @param times how often each is measured, after half as many to warm up
    Map<String, Latency> measure(long orders, int times) {
        Map<String, Read> reads = new LinkedHashMap<>();
        reads.put(
                "get, own",
                order -> stub(FilledShop.userId(order), "customer")
                        .getOrder(GetOrderRequest.newBuilder()
                                .setOrderId(FilledShop.orderId(order))
                                .build()));
        reads.put("list, own", order -> list(FilledShop.userId(order), "customer", "", ""));
        reads.put("list, all orders", _ -> list("clerk", "staff", "", ""));
        reads.put("list, all of a state", _ -> list("clerk", "staff", "state = \"PAID\"", ""));
        reads.put(
                "list, all of a user",
                order -> list("clerk", "staff", "user_id = \"" + FilledShop.userId(order) + "\"", ""));
        String second = list("clerk", "staff", "", "").getNextPageToken();
        reads.put("list, second page", _ -> list("clerk", "staff", "", second));
        Map<String, Latency> measured = new LinkedHashMap<>();
        reads.forEach((name, read) -> measured.put(name, measure(read, orders, times)));
        return measured;
    }

    private Latency measure(Read read, long orders, int times) {
        Histogram micros = new Histogram(ServiceCalls.DEADLINE.toNanos() / 1_000, 3);
        for (int number = -times / 2; number < times; number++) {
            long order = (long) (random.nextDouble() * orders);
            long began = System.nanoTime();
            read.run(order);
            if (number >= 0) {
                micros.recordValue(Math.max(1, (System.nanoTime() - began) / 1_000));
            }
        }
        return new Latency(micros.getValueAtPercentile(50) / MICROS, micros.getValueAtPercentile(95) / MICROS);
    }

    private ListOrdersResponse list(String user, String role, String filter, String page) {
        ListOrdersResponse answer = stub(user, role)
                .listOrders(ListOrdersRequest.newBuilder()
                        .setPageSize(PAGE)
                        .setFilter(filter)
                        .setPageToken(page)
                        .build());
        if (answer.getOrdersCount() == 0) {
            throw new IllegalStateException(user + " has no orders that are " + filter);
        }
        return answer;
    }

    private OrderServiceGrpc.OrderServiceBlockingStub stub(String user, String role) {
        return ServiceCalls.as(user, role, OrderServiceGrpc.newBlockingStub(calls.channel()));
    }

    @Override
    public void close() {
        calls.close();
    }
}
