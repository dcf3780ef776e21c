package io.ordersaga.coordinator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.ordersaga.testkit.ArchitectureRules;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The packages are the architecture.
class CoordinatorArchitectureTest {

    private static final String ROOT = "io.ordersaga.coordinator";
    private static final String ENGINE = ROOT + ".engine";
    private static final List<String> AROUND =
            List.of(ROOT + ".dispatch", ROOT + ".store", ROOT + ".transport", ROOT + ".admin..");
    private static final JavaClasses MAIN = ArchitectureRules.main(ROOT);

    @Test
    void theCommonRulesHold() {
        ArchitectureRules.checkModule(ROOT);
    }

    @Test
    void theEngineIsPure() {
        classes()
                .that()
                .resideInAPackage(ENGINE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(ENGINE, "java..", "org.jspecify..")
                .because("it decides, and others do")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAPackage(ENGINE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..", "java.net..", "java.sql..", "java.nio.file..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(InstantSource.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .because("the same state, event and time give the same decision")
                .check(MAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dispatch", "store", "transport", "admin.."})
    void thePackagesAroundTheEngineDoNotSeeEachOther(String name) {
        String own = ROOT + "." + name;
        String[] others = AROUND.stream().filter(other -> !other.equals(own)).toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(own)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .orShould()
                .dependOnClassesThat(resideInAPackage(ROOT))
                .because("only the wiring sees them all")
                .check(MAIN);
    }

    @Test
    void eachTechniqueHasItsPackage() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".store", ROOT + ".admin..", ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.jdbi..", "java.sql..", "javax.sql..")
                .because("SQL is the store's, and the operators' desk has tables of its own")
                .check(MAIN);
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".transport", ROOT + ".admin..", ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "com.google..", "java.net.http..", "org.springframework.web..")
                .because("wires are the transport's and the operators' desk's")
                .check(MAIN);
    }

    @Test
    void noBusinessStubAndNotOurOwnClient() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.ordersaga.order..",
                        "io.ordersaga.stock..",
                        "io.ordersaga.coupon..",
                        "io.ordersaga.pay..",
                        "io.ordersaga.saga.client..")
                .because("branches are called as raw bytes")
                .check(MAIN);
    }
}
