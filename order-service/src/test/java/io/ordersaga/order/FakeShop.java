package io.ordersaga.order;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import io.ordersaga.coupon.v1.Coupon;
import io.ordersaga.coupon.v1.CouponLine;
import io.ordersaga.coupon.v1.CouponQuote;
import io.ordersaga.coupon.v1.GetCouponRequest;
import io.ordersaga.coupon.v1.QuoteCouponRequest;
import io.ordersaga.stock.v1.BatchGetProductsRequest;
import io.ordersaga.stock.v1.BatchGetProductsResponse;
import io.ordersaga.stock.v1.Product;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.ScriptedParticipant.Answer;
import io.ordersaga.testkit.ScriptedParticipant.Call;
import io.ordersaga.type.v1.Money;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/// Everything that order-service calls, on one port: stock- and coupon-service with their rows as maps, and
/// the coordinator, which accepts every saga unless told otherwise.
final class FakeShop implements AutoCloseable {
    static final String PRODUCTS = "ordersaga.stock.v1.StockService/BatchGetProducts";
    static final String COUPON = "ordersaga.coupon.v1.CouponService/GetCoupon";
    static final String COUPON_QUOTE = "ordersaga.coupon.v1.CouponService/QuoteCoupon";
    static final String SUBMIT = "dtmgimp.Dtm/Submit";

    private static final Answer DOWN = call -> {
        throw Status.UNAVAILABLE.withDescription("down, says jdbc:secret").asException();
    };

    private final Map<String, Product> products = new ConcurrentHashMap<>();
    private final Map<String, Coupon> coupons = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ScriptedParticipant server = ScriptedParticipant.start();
    private volatile Answer stock = this::listProducts;
    private volatile Answer coupon = this::getCoupon;
    private volatile Answer couponQuote = this::quoteCoupon;
    private volatile Answer coordinator = call -> new byte[0];

    FakeShop() {
        server.always(PRODUCTS, call -> stock.to(call));
        server.always(COUPON, call -> coupon.to(call));
        server.always(COUPON_QUOTE, call -> couponQuote.to(call));
        server.always(SUBMIT, call -> coordinator.to(call));
    }

    int port() {
        return server.port();
    }

    ManagedChannel channel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
    }

    List<Call> calls(String method) {
        return server.calls().stream()
                .filter(call -> call.method().equals(method))
                .toList();
    }

    FakeShop product(String productId, long unitPrice) {
        return product(productId, "CNY", unitPrice);
    }

    FakeShop product(String productId, String currency, long unitPrice) {
        products.put(
                productId,
                Product.newBuilder()
                        .setProductId(productId)
                        .setUnitPrice(money(currency, unitPrice))
                        .setActive(true)
                        .build());
        return this;
    }

    void inactive(String productId) {
        products.computeIfPresent(
                productId, (id, product) -> product.toBuilder().setActive(false).build());
    }

    void remove(String productId) {
        products.remove(productId);
    }

    FakeShop coupon(String couponId, String userId, long value) {
        return coupon(couponId, userId, "CNY", value);
    }

    FakeShop coupon(String couponId, String userId, String currency, long value) {
        coupons.put(
                couponId,
                Coupon.newBuilder()
                        .setCouponId(couponId)
                        .setUserId(userId)
                        .setValue(money(currency, value))
                        .build());
        return this;
    }

    void stockDown() {
        stock = DOWN;
    }

    /// Takes the call and never answers.
    void stockSilent() {
        stock = this::silence;
    }

    void couponDown() {
        coupon = DOWN;
        couponQuote = DOWN;
    }

    void couponSilent() {
        coupon = this::silence;
        couponQuote = this::silence;
    }

    void couponUp() {
        coupon = this::getCoupon;
        couponQuote = this::quoteCoupon;
    }

    /// What the coordinator does with a submitted saga from now on.
    void coordinator(Answer answer) {
        coordinator = answer;
    }

    byte[] silence(Call call) throws InterruptedException {
        closing.await();
        return new byte[0];
    }

    @Override
    public void close() {
        closing.countDown();
        server.close();
    }

    private byte[] listProducts(Call call) {
        BatchGetProductsResponse.Builder response = BatchGetProductsResponse.newBuilder();
        parse(BatchGetProductsRequest.getDefaultInstance(), call).getProductIdsList().stream()
                .filter(products::containsKey)
                .map(products::get)
                .forEach(response::addProducts);
        return response.build().toByteArray();
    }

    /// An unused coupon of the user is eligible; one of someone else, and one that is LOCKED, is not.
    private byte[] quoteCoupon(Call call) {
        QuoteCouponRequest request = parse(QuoteCouponRequest.getDefaultInstance(), call);
        Coupon found = coupons.get(request.getCouponId());
        CouponQuote.Builder quote = CouponQuote.newBuilder().setCouponId(request.getCouponId());
        if (found == null) {
            return quote.setReason("COUPON_NOT_FOUND").build().toByteArray();
        }
        if (!found.getUserId().equals(request.getUserId())) {
            return quote.setReason("COUPON_NOT_OWNED").build().toByteArray();
        }
        if (found.getState() == Coupon.State.LOCKED) {
            return quote.setReason("COUPON_ALREADY_USED")
                    .setMessage("used")
                    .putMetadata("coupon_id", request.getCouponId())
                    .build()
                    .toByteArray();
        }
        long total = request.getLinesList().stream()
                .mapToLong(line -> line.getAmount().getAmountMinor())
                .sum();
        return quote.setEligible(true)
                .setDiscount(money(
                        found.getValue().getCurrencyCode(),
                        Math.min(found.getValue().getAmountMinor(), total)))
                .addAllEligibleProductIds(request.getLinesList().stream()
                        .map(CouponLine::getProductId)
                        .toList())
                .build()
                .toByteArray();
    }

    void couponUsed(String couponId) {
        coupons.computeIfPresent(
                couponId,
                (id, coupon) -> coupon.toBuilder().setState(Coupon.State.LOCKED).build());
    }

    private byte[] getCoupon(Call call) throws StatusException {
        Coupon found =
                coupons.get(parse(GetCouponRequest.getDefaultInstance(), call).getCouponId());
        if (found == null) {
            throw Status.NOT_FOUND.withDescription("no such coupon").asException();
        }
        return found.toByteArray();
    }

    @SuppressWarnings("unchecked")
    static <T extends Message> T parse(T prototype, Call call) {
        try {
            return (T) prototype.getParserForType().parseFrom(call.payload());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Money money(String currency, long amount) {
        return Money.newBuilder()
                .setCurrencyCode(currency)
                .setAmountMinor(amount)
                .build();
    }
}
