package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.order.v1.NewOrderLine;
import io.ordersaga.order.v1.QuoteOrderRequest;
import io.ordersaga.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Prices against a scripted stock- and coupon-service: product 1 costs 1100, product 2 costs 500, coupon 7
/// is user 42's and worth 1000. A price is fresh for 2 s and kept for 10 min.
class PricingTest {
    private final SettableClock clock = new SettableClock(Orders.NOW);
    private final FakeShop shop = new FakeShop();
    private final ManagedChannel channel = shop.channel();
    private final Pricing pricing = pricing(OrderParts.PATIENT);

    PricingTest() {
        shop.product("1", 1100).product("2", 500).coupon("7", "42", 1000);
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        shop.close();
    }

    @Test
    void priceIsTheServers() {
        Pricing.Quote quote = pricing.quote(new NewOrder(
                "42",
                List.of(new NewOrder.Line("1", 2), new NewOrder.Line("2", 1)),
                Optional.empty(),
                OptionalLong.empty()));
        assertThat(quote.lines()).containsExactly(OrderLine.of("1", 2, 1100), OrderLine.of("2", 1, 500));
        assertThat(quote.price()).isEqualTo(new Price("CNY", 2700, 0));
    }

    @Test
    void linesOfTheSameProductCountAsOne() {
        NewOrder wanted = OrderProtos.newOrder(
                QuoteOrderRequest.newBuilder()
                        .addLines(NewOrderLine.newBuilder().setProductId("2").setQuantity(1))
                        .addLines(NewOrderLine.newBuilder().setProductId("1").setQuantity(3))
                        .addLines(NewOrderLine.newBuilder().setProductId("2").setQuantity(4))
                        .build(),
                "42");
        assertThat(wanted.lines()).containsExactly(new NewOrder.Line("2", 5), new NewOrder.Line("1", 3));
    }

    @Test
    void totalThatTheClientSawIsAccepted() {
        assertThat(pricing.quote(Orders.wanted(3, OptionalLong.of(3300))).price())
                .isEqualTo(new Price("CNY", 3300, 0));
    }

    @ParameterizedTest
    @CsvSource({"1099", "1101", "1", "4294967295"})
    void anyOtherTotalIsRefused(long expected) {
        RefusalException refusal = refusal(Orders.wanted(1, OptionalLong.of(expected)));
        assertThat(refusal.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refusal.reason()).isEqualTo("PRICE_CHANGED");
        assertThat(refusal.metadata())
                .isEqualTo(Map.of("product_id", "1", "expected", Long.toString(expected), "actual", "1100"));
    }

    @Test
    void freshPriceIsNotAskedForAgain() {
        pricing.quote(Orders.wanted(1, OptionalLong.of(1100)));
        clock.advance(Duration.ofMillis(1999));
        pricing.quote(Orders.wanted(1, OptionalLong.of(1100)));
        assertThat(shop.calls(FakeShop.PRODUCTS)).hasSize(1);
        clock.advance(Duration.ofMillis(1));
        pricing.quote(Orders.wanted(1, OptionalLong.of(1100)));
        assertThat(shop.calls(FakeShop.PRODUCTS)).hasSize(2);
    }

    @Test
    void rememberedPriceSendsNobodyAwayWhoSawTheNewOne() {
        pricing.quote(Orders.wanted(1, OptionalLong.of(1100)));
        shop.product("1", 900);
        assertThat(pricing.quote(Orders.wanted(1, OptionalLong.of(900))).price().totalMinor())
                .isEqualTo(900);
        assertThat(refusal(Orders.wanted(1, OptionalLong.of(1100))).metadata()).containsEntry("actual", "900");
    }

    @Test
    void rememberedPriceServesWhileStockIsDown() {
        pricing.quote(Orders.wanted(1, OptionalLong.of(1100)));
        shop.stockDown();
        clock.advance(Duration.ofMinutes(9));
        assertThat(pricing.quote(Orders.wanted(2, OptionalLong.empty())).price().totalMinor())
                .isEqualTo(2200);
        assertThat(refusal(Orders.wanted(2, OptionalLong.of(2000))).reason()).isEqualTo("PRICE_CHANGED");
    }

    @Test
    void priceIsForgottenAfterALongOutage() {
        pricing.quote(Orders.wanted(1, OptionalLong.of(1100)));
        shop.stockDown();
        clock.advance(Duration.ofMinutes(10));
        assertThat(refusal(Orders.wanted(1, OptionalLong.empty())).reason()).isEqualTo("PRICE_UNAVAILABLE");
    }

    @Test
    void claimedPriceServesWhileStockIsDownAndNothingIsRemembered() {
        shop.stockDown();
        Pricing.Quote quote = pricing.quote(Orders.wanted(3, OptionalLong.of(2997)));
        assertThat(quote.lines()).containsExactly(OrderLine.of("1", 3, 999));
        assertThat(quote.price()).isEqualTo(new Price("CNY", 2997, 0));
    }

    @Test
    void totalThatNoUnitPriceMakesIsRefusedWhileStockIsDown() {
        shop.stockDown();
        RefusalException refusal = refusal(Orders.wanted(3, OptionalLong.of(1000)));
        assertThat(refusal.reason()).isEqualTo("PRICE_CHANGED");
        assertThat(refusal.metadata()).isEqualTo(Map.of("product_id", "1", "expected", "1000"));
    }

    @Test
    void withoutAnyPriceTheClientIsAskedToComeAgain() {
        shop.stockDown();
        RefusalException refusal = refusal(new NewOrder(
                "42",
                List.of(new NewOrder.Line("1", 1), new NewOrder.Line("2", 1)),
                Optional.empty(),
                OptionalLong.of(1600)));
        assertThat(refusal.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refusal.reason()).isEqualTo("PRICE_UNAVAILABLE");
    }

    @Test
    void silentStockIsGivenUpAfterTheDeadline() {
        shop.stockSilent();
        Instant start = Instant.now();
        assertThat(pricing(OrderParts.IMPATIENT)
                        .quote(Orders.wanted(1, OptionalLong.of(5)))
                        .price()
                        .totalMinor())
                .isEqualTo(5);
        assertThat(start).isAfter(Instant.now().minusSeconds(8));
    }

    @Test
    void unknownProductIsRefused() {
        NewOrder wanted = new NewOrder(
                "42",
                List.of(new NewOrder.Line("1", 1), new NewOrder.Line("no-such", 1)),
                Optional.empty(),
                OptionalLong.empty());
        assertThat(refusal(wanted).reason()).isEqualTo("PRODUCT_NOT_FOUND");
        assertThat(refusal(wanted).metadata()).containsEntry("product_id", "no-such");
    }

    @Test
    void removedProductIsForgotten() {
        pricing.quote(Orders.wanted(1, OptionalLong.empty()));
        shop.remove("1");
        clock.advance(Duration.ofSeconds(2));
        assertThat(refusal(Orders.wanted(1, OptionalLong.empty())).reason()).isEqualTo("PRODUCT_NOT_FOUND");
        shop.stockDown();
        assertThat(refusal(Orders.wanted(1, OptionalLong.empty())).reason()).isEqualTo("PRICE_UNAVAILABLE");
    }

    @Test
    void inactiveProductIsRefused() {
        shop.inactive("1");
        assertThat(refusal(Orders.wanted(1, OptionalLong.of(1100))).reason()).isEqualTo("PRODUCT_INACTIVE");
    }

    @Test
    void foreignCurrencyIsRefused() {
        shop.product("1", "EUR", 1100);
        assertThat(refusal(Orders.wanted(1, OptionalLong.of(1100))).reason()).isEqualTo("CURRENCY_MISMATCH");
    }

    @Test
    void totalBeyondWhatAMoneyMessageCarriesIsRefused() {
        shop.product("1", Price.AMOUNT_MINOR_MAX);
        assertThat(pricing.quote(Orders.wanted(1, OptionalLong.empty())).price().totalMinor())
                .isEqualTo(Price.AMOUNT_MINOR_MAX);
        assertThat(refusal(Orders.wanted(2, OptionalLong.empty())).reason()).isEqualTo("ORDER_TOO_LARGE");
        assertThat(refusal(Orders.wanted(9999, OptionalLong.empty())).reason()).isEqualTo("ORDER_TOO_LARGE");
    }

    @ParameterizedTest
    @CsvSource({"1, 1000, 100", "2, 1000, 1200", "1, 1100, 0", "1, 5000, 0", "1, 0, 1100"})
    void couponTakesOffItsValueAndAtMostTheTotal(int quantity, long value, long payable) {
        shop.coupon("7", "42", value);
        Price price = pricing.quote(withCoupon(quantity, "7")).price();
        assertThat(price.payableMinor()).isEqualTo(payable);
        assertThat(price.discountMinor()).isEqualTo(price.totalMinor() - payable);
    }

    @Test
    void unknownCouponIsRefused() {
        assertThat(refusal(withCoupon(1, "8")).reason()).isEqualTo("COUPON_NOT_FOUND");
        assertThat(refusal(withCoupon(1, "8")).metadata()).isEqualTo(Map.of("coupon_id", "8"));
    }

    @Test
    void couponOfSomeoneElseIsRefusedAndTellsNothingAboutIt() {
        shop.coupon("7", "43", 1000);
        assertThat(refusal(withCoupon(1, "7")).reason()).isEqualTo("COUPON_NOT_OWNED");
        assertThat(refusal(withCoupon(1, "7")).getMessage()).doesNotContain("43", "1000");
    }

    @Test
    void couponInForeignCurrencyIsRefused() {
        shop.coupon("7", "42", "EUR", 1000);
        assertThat(refusal(withCoupon(1, "7")).reason()).isEqualTo("CURRENCY_MISMATCH");
    }

    @Test
    void unreadableCouponLeavesTheOrderWithoutAPrice() {
        shop.couponDown();
        assertThatThrownBy(() -> pricing.quote(withCoupon(1, "7")))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    @Test
    void silentCouponServiceIsGivenUpAfterTheDeadline() {
        shop.couponSilent();
        // Stock must be answered in time, so the price is remembered by one who waits for it.
        Catalogue catalogue = new Catalogue(channel, OrderParts.PATIENT, clock);
        Pricing impatient = new Pricing(catalogue, new Coupons(channel, OrderParts.IMPATIENT), "CNY");
        Instant start = Instant.now();
        assertThatThrownBy(() -> impatient.quote(withCoupon(1, "7")))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        assertThat(start).isAfter(Instant.now().minusSeconds(8));
    }

    private Pricing pricing(OrderConfig config) {
        return new Pricing(new Catalogue(channel, config, clock), new Coupons(channel, config), "CNY");
    }

    private RefusalException refusal(NewOrder wanted) {
        RefusalException refusal = catchThrowableOfType(RefusalException.class, () -> pricing.quote(wanted));
        assertThat(refusal).as("refused").isNotNull();
        return refusal;
    }

    private static NewOrder withCoupon(int quantity, String couponId) {
        return new NewOrder(
                "42", List.of(new NewOrder.Line("1", quantity)), Optional.of(couponId), OptionalLong.empty());
    }
}
