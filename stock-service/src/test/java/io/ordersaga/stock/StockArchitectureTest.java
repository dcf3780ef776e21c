package io.ordersaga.stock;

import io.ordersaga.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class StockArchitectureTest {
    @Test
    void theModuleKeepsTheRulesOfAService() {
        ArchitectureRules.checkService("io.ordersaga.stock");
    }
}
