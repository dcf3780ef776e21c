package io.ordersaga.kit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import io.ordersaga.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class KitArchitectureTest {
    @Test
    void theModuleKeepsTheRules() {
        ArchitectureRules.checkModule("io.ordersaga.kit");
    }

    @Test
    void servingGrpcNeedsNeitherADatabaseNorTheSagaClient() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.(Branch|Database|Connections|Idempoten).*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.jdbi..", "java.sql..", "javax.sql..", "io.ordersaga.saga..")
                .because("the coordinator imports GrpcServing with neither of them on its class path")
                .check(ArchitectureRules.main("io.ordersaga.kit"));
    }
}
