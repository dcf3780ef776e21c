package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.OperatorFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.ordersaga.coordinator.OperatorFixture.Reply;
import io.ordersaga.saga.v1.CountTransactionsRequest;
import io.ordersaga.saga.v1.ListTransactionsRequest;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.TransactionServiceGrpc;
import io.ordersaga.saga.v1.TransactionSummary;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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

    /// Whatever a viewer asks, of transactions and a topic whose addresses and answers have secrets in them.
    @Test
    void whatIsSecretIsShownToAViewerByNoMethod() {
        String secret = "k-4f9a1c";
        try (HttpParticipant participant = HttpParticipant.start()) {
            participant.always(
                    "/masked/stuck",
                    exchange -> HttpParticipant.respond(
                            exchange, 500, "{\"token\":\"" + secret + "\",\"at\":\"http://me:" + secret + "@host\"}"));
            participant.always("/masked/no", exchange -> HttpParticipant.respond(exchange, 409, "no: token=" + secret));
            String address = participant.url("/masked/%s?token=" + secret);
            for (String gid : List.of("masked-stuck", "masked-no")) {
                String url = address.formatted(gid.substring("masked-".length()));
                assertThat(coordinator
                                .post("/api/dtmsvr/submit", """
                                        {"gid": "%s", "trans_type": "saga", "payloads": ["{}"],
                                         "steps": [{"action": "%s", "compensate": "%s"}]}
                                        """.formatted(gid, url, url), coordinator.admin())
                                .status())
                        .isEqualTo(200);
            }
            String subscribed = URLEncoder.encode(address.formatted("no"), StandardCharsets.UTF_8);
            assertThat(coordinator
                            .get("/api/dtmsvr/subscribe?topic=masked&remark=x&url=" + subscribed, coordinator.admin())
                            .status())
                    .isEqualTo(200);
            var transactions = TransactionServiceGrpc.newBlockingStub(coordinator.channel(coordinator.admin()));
            eventually()
                    .untilAsserted(() -> assertThat(gids(transactions, "target~/masked/"))
                            .containsExactlyInAnyOrder("masked-stuck", "masked-no"));

            List<String> shown = new ArrayList<>();
            for (MethodDescriptor<?, ?> method : coordinator.methods()) {
                boolean changes = method.getFullMethodName().matches(".*(SignOut|View|Views|Columns)");
                if (OperatorFixture.roleOf(method) == Role.VIEWER && !changes) {
                    for (String gid : List.of("masked-stuck", "masked-no")) {
                        if (shown(method, gid).contains(secret)) {
                            shown.add(method.getFullMethodName() + " of " + gid);
                        }
                    }
                }
            }
            assertThat(shown).isEmpty();
            // What is shown instead can be asked for.
            assertThat(transactions
                            .countTransactions(CountTransactionsRequest.getDefaultInstance())
                            .getTargetsList())
                    .anySatisfy(target ->
                            assertThat(gids(transactions, target.getFilter())).containsExactly("masked-stuck"));
        } finally {
            database.update("UPDATE saga SET next_due = NULL, owner = NULL, finished = UTC_TIMESTAMP(6),"
                    + " status = 'FAILED' WHERE gid LIKE 'masked-%'");
        }
    }

    private static List<String> gids(
            TransactionServiceGrpc.TransactionServiceBlockingStub transactions, String filter) {
        return transactions
                .listTransactions(
                        ListTransactionsRequest.newBuilder().setFilter(filter).build())
                .getTransactionsList()
                .stream()
                .map(TransactionSummary::getGid)
                .toList();
    }

    /// The bytes of an answer, or of a refusal.
    private String shown(MethodDescriptor<?, ?> method, String gid) {
        Descriptors.Descriptor type = OperatorFixture.rpcOf(method).getInputType();
        DynamicMessage.Builder request = DynamicMessage.newBuilder(type);
        Map.of("gid", gid, "name", "masked", "filter", "gid=masked-*").forEach((name, value) -> {
            Descriptors.FieldDescriptor field = type.findFieldByName(name);
            if (field != null) {
                request.setField(field, value);
            }
        });
        Descriptors.FieldDescriptor operation = type.findFieldByName("operation");
        if (operation != null) {
            request.setField(operation, operation.getEnumType().findValueByName("RETRY"));
        }
        try {
            byte[] answer = coordinator.answer(
                    method, Optional.of(coordinator.admin()), request.build().toByteArray());
            return new String(answer, StandardCharsets.ISO_8859_1);
        } catch (StatusRuntimeException refused) {
            return String.valueOf(refused.getMessage());
        }
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
