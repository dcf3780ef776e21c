package io.ordersaga.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import io.ordersaga.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class BenchArchitectureTest {
    private static final String PACKAGE = "io.ordersaga.bench";

    @Test
    void keepsTheRulesOfEveryModule() {
        ArchitectureRules.checkModule(PACKAGE);
    }

    /// What it measures it reaches over the wire only.
    @Test
    void knowsNothingOfTheCoordinatorsInside() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.ordersaga.coordinator..")
                .allowEmptyShould(true)
                .check(ArchitectureRules.main(PACKAGE));
    }
}
