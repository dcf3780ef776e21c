package io.ordersaga.coupon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coupon.CouponConfig.Expiry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CouponConfigTest {
    private static final Expiry EXPIRY = new Expiry(Duration.ofMinutes(1), 200, 50);

    @Test
    void zeroIsTheDefaultAndMoreThanTheMaximumIsTheMaximum() {
        CouponConfig config = new CouponConfig(20, 100, 50, EXPIRY);

        assertThat(config.pageSize(0)).isEqualTo(20);
        assertThat(config.pageSize(7)).isEqualTo(7);
        assertThat(config.pageSize(101)).isEqualTo(100);
    }

    @Test
    void settingsThatCannotBeAreRefusedByName() {
        assertThatThrownBy(() -> new CouponConfig(20, 19, 50, EXPIRY)).hasMessageContaining("20 and 19");
        assertThatThrownBy(() -> new CouponConfig(20, 100, 0, EXPIRY)).hasMessageContaining("quoted-max");
        assertThatThrownBy(() -> new Expiry(Duration.ZERO, 200, 50)).hasMessageContaining("ordersaga.coupon.expiry");
    }
}
