package io.ordersaga.pay;

import io.ordersaga.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class PayArchitectureTest {
    @Test
    void theModuleKeepsTheRulesOfAService() {
        ArchitectureRules.checkService("io.ordersaga.pay");
    }
}
