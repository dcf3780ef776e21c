package io.ordersaga.order;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import io.ordersaga.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class OrderArchitectureTest {
    @Test
    void keepsTheSharedRules() {
        ArchitectureRules.checkService("io.ordersaga.order");
    }

    @Test
    void recordsAndStatesKnowNoTransport() {
        noClasses()
                .that()
                .areRecords()
                .or()
                .areEnums()
                .and()
                .areTopLevelClasses()
                .and()
                .haveSimpleNameNotEndingWith("Config")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "com.google..", "io.ordersaga..v1..", "org.springframework..")
                .check(ArchitectureRules.main("io.ordersaga.order"));
    }
}
