package io.ordersaga.saga.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import io.ordersaga.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class SagaClientArchitectureTest {
    private static final String PACKAGE = "io.ordersaga.saga.client";

    @Test
    void keepsTheRulesOfEveryModule() {
        ArchitectureRules.checkModule(PACKAGE);
    }

    /// Any Java program can use it: what it needs is gRPC, protobuf, JDBC and a log facade.
    @Test
    void needsNothingElse() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        PACKAGE + "..",
                        "java..",
                        "javax.sql..",
                        "io.grpc..",
                        "com.google.protobuf..",
                        "com.google.rpc..",
                        "io.ordersaga.saga.dtm..",
                        "org.slf4j..",
                        "org.jspecify..")
                .check(ArchitectureRules.main(PACKAGE));
    }

    @Test
    void coreOfTheBarrierKnowsNoTransport() {
        noClasses()
                .that()
                .haveSimpleNameContaining("Barrier")
                .or()
                .haveSimpleName("OwnTransaction")
                .or()
                .haveSimpleName("GuardedConnection")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "com.google..", "io.ordersaga.saga.dtm..")
                .check(ArchitectureRules.main(PACKAGE));
    }
}
