package io.ordersaga.testkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.beAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Disabled;

/// The rules of this code base that a machine can check. Each module's architecture test calls [#checkModule], a
/// service's also [#checkService].
public final class ArchitectureRules {
    private static final List<ArchRule> EVERY_MODULE = List.of(
            noClasses()
                    .should()
                    .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)$")
                    .orShould()
                    .haveNameMatching(".*\\.Abstract[A-Z].*")
                    .because("such a name says that the class has no single job"),
            classes()
                    .should(beInNullMarkedPackage())
                    .because("what may be null is said, and NullAway checks it, in every package"));

    private static final List<ArchRule> EVERY_TEST = List.of(
            noClasses()
                    .should()
                    .callMethod(Thread.class, "sleep", long.class)
                    .orShould()
                    .callMethod(Thread.class, "sleep", java.time.Duration.class)
                    .because("tests step a clock or wait for a condition"),
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.mockito..")
                    .because("tests use real parts and scripted fakes"),
            noClasses().should(beAnnotatedWith(Disabled.class)).because("a test runs or is deleted"));

    private static final List<ArchRule> EVERY_SERVICE = List.of(
            noClasses()
                    .that()
                    .haveSimpleNameNotEndingWith("App")
                    .and(isNotRecordOrEnum())
                    .should(bePublicForNobody())
                    .because("a service's only promise is its proto; JDBI needs row records to be public"),
            noClasses()
                    .that()
                    .haveSimpleNameNotContaining("Table")
                    .and()
                    .haveNameNotMatching(".*Rows(\\$.+)?")
                    .and()
                    .haveSimpleNameNotEndingWith("Config")
                    .and()
                    .haveSimpleNameNotEndingWith("Wiring")
                    .and()
                    .haveSimpleNameNotEndingWith("App")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage("org.jdbi..", "java.sql.."))
                    .because("SQL is found in the *Table types and nowhere else; *Rows say what its columns become"),
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.ordersaga.coordinator..", "io.ordersaga.gateway..")
                    .because("services meet through proto"));

    private ArchitectureRules() {}

    /// Checks the main and test classes below `packageName`.
    public static void checkModule(String packageName) {
        JavaClasses main = main(packageName);
        EVERY_MODULE.forEach(rule -> rule.check(main));
        slices().matching(packageName + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(main);
        JavaClasses tests = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages(packageName);
        EVERY_TEST.forEach(rule -> rule.check(tests));
    }

    /// Checks the shape of a service: one flat package, roles by suffix.
    public static void checkService(String packageName) {
        checkModule(packageName);
        JavaClasses main = main(packageName);
        EVERY_SERVICE.forEach(rule -> rule.check(main));
    }

    /// The main classes of a module, without generated ones, for a rule of its own.
    public static JavaClasses main(String packageName) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
                // A build of several modules puts their class folders on the path, generated stubs included.
                .withImportOption(location -> !location.contains("/proto/"))
                .importPackages(packageName);
    }

    private static DescribedPredicate<JavaClass> isNotRecordOrEnum() {
        return DescribedPredicate.describe(
                "are neither records nor enums", type -> !type.isRecord() && !type.isEnum() && !type.isNestedClass());
    }

    /// A service of several packages shows its types to its other packages, and nothing more.
    private static ArchCondition<JavaClass> bePublicForNobody() {
        return new ArchCondition<>("be public without being used by another package of the service") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean useless =
                        type.getModifiers().contains(JavaModifier.PUBLIC) && !isUsedElsewhere(type, type.getPackage());
                events.add(new SimpleConditionEvent(
                        type, useless, type.getName() + " is public, but only its own package uses it"));
            }
        };
    }

    /// By itself, by a type inside it, or by what inherits from it.
    private static boolean isUsedElsewhere(JavaClass type, JavaPackage home) {
        return type.getDirectDependenciesToSelf().stream()
                        .anyMatch(use -> !use.getOriginClass().getPackage().equals(home))
                || home.getClasses().stream()
                        .filter(inner -> inner.getEnclosingClass().equals(Optional.of(type)))
                        .anyMatch(inner -> isUsedElsewhere(inner, home))
                || type.getSubclasses().stream().anyMatch(subclass -> isUsedElsewhere(subclass, home));
    }

    private static ArchCondition<JavaClass> beInNullMarkedPackage() {
        return new ArchCondition<>("be in a @NullMarked package") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        type, marked, type.getPackageName() + " has no package-info.java with @NullMarked"));
            }
        };
    }
}
