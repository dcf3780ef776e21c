package io.ordersaga.audit;

import io.ordersaga.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class AuditArchitectureTest {
    @Test
    void keepsTheRulesOfEveryModule() {
        ArchitectureRules.checkModule("io.ordersaga.audit");
    }
}
