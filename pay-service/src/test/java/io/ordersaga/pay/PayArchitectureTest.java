package io.ordersaga.pay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.ordersaga.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class PayArchitectureTest {
    private static final JavaClasses MAIN = ArchitectureRules.main("io.ordersaga.pay");

    @Test
    void theModuleKeepsTheRulesOfAService() {
        ArchitectureRules.checkService("io.ordersaga.pay");
    }

    @Test
    void theBooksKnowNoProviderAndNoNotice() {
        noClasses()
                .that()
                .resideInAPackage("io.ordersaga.pay")
                .and()
                .haveSimpleNameNotEndingWith("Wiring")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.ordersaga.pay.provider",
                        "io.ordersaga.pay.mock",
                        "io.ordersaga.pay.stripe",
                        "io.ordersaga.pay.webhook")
                .check(MAIN);
    }

    @Test
    void providersKnowNeitherEachOtherNorTheBooks() {
        noClasses()
                .that()
                .resideInAnyPackage("io.ordersaga.pay.provider", "io.ordersaga.pay.mock", "io.ordersaga.pay.stripe")
                .should()
                .dependOnClassesThat()
                .haveSimpleNameStartingWith("PayTable")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("io.ordersaga.pay.webhook")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAPackage("io.ordersaga.pay.stripe")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.ordersaga.pay.mock")
                .check(MAIN);
    }
}
