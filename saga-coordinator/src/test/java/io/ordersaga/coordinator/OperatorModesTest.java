package io.ordersaga.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A coordinator on which nobody may change anything.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorModesTest {
    private OperatorFixture coordinator;

    @BeforeAll
    void start(TestDatabase database) {
        coordinator = new OperatorFixture(database, Map.of("ordersaga.coordinator.admin.read-only", "true"));
    }

    @AfterAll
    void stop() {
        coordinator.close();
    }

    @Test
    void nothingIsChangedByAnybodyAndEverythingIsSeen() {
        assertThat(coordinator
                        .get("/api/v1/session", coordinator.admin())
                        .json()
                        .path("readOnly")
                        .asBoolean())
                .isTrue();
        List<String> wrong = new ArrayList<>();
        for (MethodDescriptor<?, ?> method : coordinator.methods()) {
            String expected = OperatorFixture.roleOf(method).getNumber() > Role.VIEWER_VALUE ? "READ_ONLY" : "PASSES";
            String verdict = coordinator.verdict(method, Optional.of(coordinator.admin()));
            if (!verdict.equals(expected)) {
                wrong.add(method.getFullMethodName() + ": " + verdict);
            }
        }
        assertThat(wrong).isEmpty();
    }
}
