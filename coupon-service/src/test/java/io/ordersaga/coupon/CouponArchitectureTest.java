package io.ordersaga.coupon;

import io.ordersaga.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class CouponArchitectureTest {
    @Test
    void theModuleKeepsTheRulesOfAService() {
        ArchitectureRules.checkService("io.ordersaga.coupon");
    }
}
