package io.ordersaga.saga.test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.testkit.ArchitectureRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SagaTestArchitectureTest {
    private static final String PACKAGE = "io.ordersaga.saga.test";

    @Test
    void keepsTheRulesOfEveryModule() {
        ArchitectureRules.checkModule(PACKAGE);
    }

    /// The rest of the coordinator is not there when somebody else's tests run.
    @Test
    void needsOfTheCoordinatorWhatIsCopied() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "org.jdbi..",
                        "io.ordersaga.kit..",
                        "io.ordersaga.coordinator",
                        "io.ordersaga.coordinator.store..")
                .check(ArchitectureRules.main(PACKAGE));
    }

    /// Settings and migrations would be taken for those of the program under test.
    @Test
    void bringsNoResourcesAlong() throws IOException {
        Path classes = Path.of("target/classes");
        try (Stream<Path> files = Files.walk(classes)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> classes.relativize(file).toString()))
                    .isNotEmpty()
                    .allMatch(name -> name.endsWith(".class") || name.startsWith("META-INF"));
        }
        assertThat(classes.resolve("io/ordersaga/coordinator/engine/Engine.class"))
                .exists();
    }
}
