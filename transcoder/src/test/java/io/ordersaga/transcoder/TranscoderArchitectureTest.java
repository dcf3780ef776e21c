package io.ordersaga.transcoder;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.ordersaga.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class TranscoderArchitectureTest {
    private static final String TRANSCODER = "io.ordersaga.transcoder";
    private static final JavaClasses MAIN = ArchitectureRules.main(TRANSCODER);

    @Test
    void theModuleKeepsTheRulesOfAllModules() {
        ArchitectureRules.checkModule(TRANSCODER);
    }

    @Test
    void transcodingIsPureAndKnowsNoneOfTheOthers() {
        noClasses()
                .that()
                .resideInAPackage(TRANSCODER + ".transcoding")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "jakarta..",
                        "io.grpc..",
                        TRANSCODER + ".http..",
                        TRANSCODER + ".errors..",
                        TRANSCODER + ".openapi..")
                .check(MAIN);
    }

    @Test
    void onlyThePipelineSeesEverything() {
        noClasses()
                .that()
                .resideInAnyPackage(TRANSCODER + ".openapi", TRANSCODER + ".errors")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta..", TRANSCODER + ".http..")
                .check(MAIN);
    }

    @Test
    void itKnowsNoContractOfOurs() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.ordersaga.order..",
                        "io.ordersaga.stock..",
                        "io.ordersaga.coupon..",
                        "io.ordersaga.pay..",
                        "io.ordersaga.saga..",
                        "io.ordersaga.gateway..",
                        "io.ordersaga.coordinator..",
                        "org.springframework.boot..")
                .check(MAIN);
    }
}
