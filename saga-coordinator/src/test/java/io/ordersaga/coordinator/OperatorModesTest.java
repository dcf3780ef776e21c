package io.ordersaga.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.ordersaga.coordinator.OperatorFixture.Reply;
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
import tools.jackson.databind.JsonNode;

/// A coordinator on which nobody may change anything.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorModesTest {
    private OperatorFixture coordinator;
    private TestDatabase database;

    @BeforeAll
    void start(TestDatabase own) {
        database = own;
        coordinator = new OperatorFixture(
                own,
                Map.of(
                        "ordersaga.coordinator.admin.read-only", "true",
                        "ordersaga.coordinator.admin.view.per-account", "2"));
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

    /// How somebody looks at things changes nothing for anybody else.
    @Test
    void anAccountKeepsSoManyFiltersUnderNamesAndTheColumnsItDoesNotWant() {
        assertThat(save("slow", "duration>5s").status()).isEqualTo(200);
        assertThat(save("a/b c?", "").status()).isEqualTo(200);
        assertThat(save("slow", "duration>9s").status()).as("in its place").isEqualTo(200);
        assertThat(save("third", "parked=true").reason()).isEqualTo("TOO_MANY_VIEWS");
        Reply wrong = save("slow", "duration=long");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.reason()).isEqualTo("FILTER_INVALID");
        assertThat(save(" ", "").status()).isEqualTo(400);
        assertThat(coordinator
                        .post("/api/v1/views:hideColumns", hidden("\"No Column\""), coordinator.admin())
                        .status())
                .isEqualTo(400);
        Reply views = coordinator.post("/api/v1/views:hideColumns", hidden("\"mode\",\"key\""), coordinator.admin());
        assertThat(views.json()
                        .path("hiddenColumns")
                        .path("names")
                        .valueStream()
                        .map(JsonNode::asString))
                .containsExactly("mode", "key");

        assertThat(coordinator
                        .delete("/api/v1/views/a%2Fb%20c%3F", coordinator.admin())
                        .status())
                .isEqualTo(200);
        assertThat(coordinator
                        .delete("/api/v1/views/a%2Fb%20c%3F", coordinator.admin())
                        .reason())
                .isEqualTo("VIEW_NOT_FOUND");
        JsonNode left = coordinator.get("/api/v1/views", coordinator.admin()).json();
        assertThat(left.path("views").size()).isEqualTo(1);
        assertThat(left.at("/views/0/name").asString()).isEqualTo("slow");
        assertThat(left.at("/views/0/filter").asString()).isEqualTo("duration>9s");
        assertThat(left.path("hiddenColumns").path("names").size()).isEqualTo(2);
    }

    @Test
    void whatAnAccountKeptGoesWithIt() {
        database.update("INSERT INTO operator_account (name, role, change_required, disabled, create_time)"
                + " VALUES ('gone', 'VIEWER', 0, 0, UTC_TIMESTAMP(3))");
        database.update("INSERT INTO saved_view VALUES ('gone', 'mine', 'parked=true', UTC_TIMESTAMP(3))");
        database.update("INSERT INTO hidden_columns VALUES ('gone', 'mode')");
        database.update("DELETE FROM operator_account WHERE name = 'gone'");
        assertThat(database.rows("SELECT account FROM saved_view WHERE account = 'gone'"))
                .isEmpty();
        assertThat(database.rows("SELECT account FROM hidden_columns WHERE account = 'gone'"))
                .isEmpty();
    }

    private Reply save(String name, String filter) {
        return coordinator.post(
                "/api/v1/views", "{\"name\":\"%s\",\"filter\":\"%s\"}".formatted(name, filter), coordinator.admin());
    }

    private static String hidden(String names) {
        return "{\"hiddenColumns\":{\"names\":[" + names + "]}}";
    }
}
