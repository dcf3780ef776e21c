package io.ordersaga.bench.orders;

import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Measured;
import io.ordersaga.bench.report.Figure;
import io.ordersaga.bench.report.Report;
import io.ordersaga.order.v1.CreateOrderRequest;
import io.ordersaga.order.v1.NewOrderLine;
import io.ordersaga.order.v1.OrderServiceGrpc;
import io.ordersaga.stack.Port;
import io.ordersaga.stack.Ports;
import io.ordersaga.stock.v1.AdjustStockRequest;
import io.ordersaga.stock.v1.CreateProductRequest;
import io.ordersaga.stock.v1.StockServiceGrpc;
import io.ordersaga.type.v1.Money;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/// Orders of one product that everybody wants, and of a hundred that share the same demand, placed as customers do: the
/// difference is what waiting for the one row of stock costs.
final class HotProduct {
    private static final int PRODUCTS = 100;
    private static final int CALLERS = 16;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final long PIECES = 1_000_000;
    private static final Money PRICE =
            Money.newBuilder().setCurrencyCode("CNY").setAmountMinor(1_100).build();

    private final Ports ports;
    private final Report report;

    HotProduct(Ports ports, Report report) {
        this.ports = ports;
        this.report = report;
    }

    void measure() {
        offer();
        try (ServiceCalls orders = new ServiceCalls(ports.get(Port.ORDER))) {
            round(orders, PRODUCTS, WARM_UP);
            Measured one = round(orders, 1, ROUND);
            Measured many = round(orders, PRODUCTS, ROUND);
            tell("one product, %d callers".formatted(CALLERS), one);
            tell("%d products, %d callers".formatted(PRODUCTS, CALLERS), many);
            report.add(
                    "hot product",
                    Figure.printed(
                            "orders of one product / of %d".formatted(PRODUCTS),
                            one.perSecond() / Math.max(1, many.perSecond()),
                            ""));
        }
    }

    private void tell(String what, Measured measured) {
        report.add("hot product", Figure.printed("orders of " + what, measured.perSecond(), "/s"));
        report.add("hot product", Figure.printed("orders of " + what + ", p50", measured.millis(50), "ms"));
        report.add("hot product", Figure.printed("orders of " + what + ", p99", measured.millis(99), "ms"));
        report.add("hot product", Figure.printed("orders of " + what + ", refused", Long.toString(measured.failed())));
    }

    private static Measured round(ServiceCalls orders, int products, Duration time) {
        return ClosedLoop.run(CALLERS, time, () -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            var _ = ServiceCalls.as(
                            "hot-" + random.nextInt(CALLERS * PRODUCTS),
                            "customer",
                            OrderServiceGrpc.newBlockingStub(orders.channel()))
                    .createOrder(CreateOrderRequest.newBuilder()
                            .addLines(NewOrderLine.newBuilder()
                                    .setProductId(product(random.nextInt(products)))
                                    .setQuantity(1))
                            .build());
        });
    }

    private void offer() {
        try (ServiceCalls stock = new ServiceCalls(ports.get(Port.STOCK))) {
            IntStream.range(0, PRODUCTS).forEach(number -> {
                var staff = ServiceCalls.as("clerk", "staff", StockServiceGrpc.newBlockingStub(stock.channel()));
                var _ = staff.createProduct(CreateProductRequest.newBuilder()
                        .setProductId(product(number))
                        .setTitle("Wanted " + number)
                        .setUnitPrice(PRICE)
                        .build());
                var _ = staff.adjustStock(AdjustStockRequest.newBuilder()
                        .setProductId(product(number))
                        .setDelta(PIECES)
                        .setReason(AdjustStockRequest.Reason.RECEIPT)
                        .setRequestId("opening-" + product(number))
                        .build());
            });
        }
    }

    private static String product(int number) {
        return "hot-" + number;
    }
}
