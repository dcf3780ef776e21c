package io.ordersaga.simulation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import io.ordersaga.testkit.ArchitectureRules;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SimulationArchitectureTest {

    private static final String PACKAGE = "io.ordersaga.simulation";

    @Test
    void keepsTheRulesOfEveryModule() {
        ArchitectureRules.checkModule(PACKAGE);
    }

    /// What a world asks of the real time or of real chance, it does not do again when its seed is played again.
    @Test
    void worldsKnowNeitherTheTimeNorChanceNorThreads() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        PACKAGE + ".kernel..",
                        PACKAGE + ".shop..",
                        PACKAGE + ".store..",
                        PACKAGE + ".world..",
                        PACKAGE + ".planted..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Random.class, Thread.class)
                .check(ArchitectureRules.main(PACKAGE));
    }

    @Test
    void whatIsPlantedIsNotKnownToTheWorld() {
        noClasses()
                .that()
                .resideOutsideOfPackages(PACKAGE + ".planted..", PACKAGE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PACKAGE + ".planted..")
                .check(ArchitectureRules.main(PACKAGE));
    }
}
