package io.ordersaga.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.ordersaga.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class GatewayArchitectureTest {
    private static final String GATEWAY = "io.ordersaga.gateway";

    @Test
    void theModuleKeepsTheRulesOfAllModules() {
        ArchitectureRules.checkModule(GATEWAY);
    }

    @Test
    void upstreamsKnowNoHttp() {
        noClasses()
                .that()
                .resideInAPackage(GATEWAY + ".upstream")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta..", "tools.jackson..", GATEWAY)
                .check(main());
    }

    @Test
    void theGatewayKnowsNoContractByItsStubs() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.ordersaga.order..",
                        "io.ordersaga.stock..",
                        "io.ordersaga.coupon..",
                        "io.ordersaga.pay..",
                        "io.ordersaga.type..",
                        "io.ordersaga.saga..",
                        "java.sql..",
                        "org.jdbi..")
                .check(main());
    }

    /// The server makes the valve by its name; the App is the entry.
    @Test
    void nothingOfTheGatewayItselfIsPublicWithoutNeed() {
        classes()
                .that()
                .resideInAPackage(GATEWAY)
                .and()
                .areTopLevelClasses()
                .and()
                .haveSimpleNameNotEndingWith("App")
                .and()
                .haveSimpleNameNotEndingWith("Valve")
                .should()
                .notBePublic()
                .check(main());
    }

    private static JavaClasses main() {
        return ArchitectureRules.main(GATEWAY);
    }
}
