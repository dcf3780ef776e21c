package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.OperatorFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.coordinator.OperatorFixture.Reply;
import io.ordersaga.coordinator.admin.access.AuditTrail;
import io.ordersaga.coordinator.admin.audit.AuditLog;
import io.ordersaga.saga.v1.AuditEntry;
import io.ordersaga.saga.v1.AuditServiceGrpc;
import io.ordersaga.saga.v1.ListAuditRequest;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.VerifyAuditRequest;
import io.ordersaga.saga.v1.VerifyAuditResponse;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is written down of what operators do, and how it is found out that somebody changed it.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorAuditTest {

    private static final int WRITERS = 4;
    private static final int ENTRIES = 10;

    private OperatorFixture coordinator;
    private TestDatabase database;

    @BeforeAll
    void start(TestDatabase own) {
        database = own;
        coordinator = new OperatorFixture(own, Map.of());
    }

    @AfterAll
    void stop() {
        coordinator.close();
    }

    @Test
    void aDeniedCallLeavesOneRow() {
        String viewer = coordinator.token("denied-viewer", Role.VIEWER);

        assertThat(coordinator
                        .post("/api/v1/accounts", "{\"name\":\"evil\",\"role\":\"ADMIN\"}", viewer)
                        .status())
                .isEqualTo(403);

        eventually()
                .untilAsserted(() -> assertThat(coordinator.audit("denied-viewer"))
                        .singleElement()
                        .satisfies(entry -> {
                            assertThat(entry.getKind()).isEqualTo(AuditEntry.Kind.DENIED);
                            assertThat(entry.getMethod()).isEqualTo("saga.v1.AccountService/CreateAccount");
                            assertThat(entry.getOutcome()).isEqualTo("PERMISSION_DENIED ROLE_MISSING");
                        }));
        assertThat(database.rows("SELECT name FROM operator_account WHERE name = 'evil'"))
                .isEmpty();
    }

    @Test
    void anOperationIsInTheLogBeforeItBeginsAndWhenItEnds() {
        String admin = coordinator.token("noted-admin", Role.ADMIN);
        coordinator.post("/api/v1/accounts", "{\"name\":\"noted\",\"role\":\"VIEWER\"}", admin);
        coordinator.post("/api/v1/accounts", "{\"name\":\"noted\",\"role\":\"VIEWER\"}", admin);

        List<AuditEntry> begun = new ArrayList<>(coordinator.audit("noted-admin", AuditEntry.Kind.BEGUN));
        eventually()
                .untilAsserted(() -> assertThat(coordinator.audit("noted-admin", AuditEntry.Kind.DONE))
                        .extracting(AuditEntry::getOutcome)
                        .containsExactly("ALREADY_EXISTS ACCOUNT_EXISTS", "OK"));
        assertThat(begun).hasSize(2);
        AuditEntry done = coordinator.audit("noted-admin", AuditEntry.Kind.DONE).getLast();
        assertThat(done.getResource()).isEqualTo("noted role=VIEWER");
        assertThat(AuditServiceGrpc.newBlockingStub(coordinator.channel(admin))
                        .listAudit(ListAuditRequest.newBuilder()
                                .setResource("noted")
                                .build())
                        .getEntriesList())
                .hasSize(2);
        assertThat(done.getRequestDigest()).hasSize(64);
        assertThat(done.getOrigin()).isEqualTo("127.0.0.1");
        assertThat(done.getBegunSeq()).isEqualTo(begun.getLast().getSeq());
    }

    @Test
    void settingsAreAskedForAsTheyAreAndWhyOldTransactionsGoIsInTheLog() {
        String admin = coordinator.token("keeping-house", Role.ADMIN);
        database.update("UPDATE alert_rule SET enabled = FALSE, threshold = 7 WHERE kind = 'OVER_AGE'");
        assertThat(coordinator
                        .get("/settings/change?what=rule&name=OVER_AGE", admin)
                        .body())
                .contains("value=\"7\"")
                .containsPattern("value=\"false\" selected");

        String retention = "what=retention&name=FAILED";
        String keep = "SELECT keep_seconds FROM retention WHERE status = 'FAILED'";
        List<String> before = database.rows(keep);
        Reply first = coordinator.post("/settings/change?" + retention + "&hours=5", "", admin);
        assertThat(first.body()).contains("0 transactions", "name=\"reason\"", "name=\"confirmed\" value=\"5\"");
        assertThat(database.rows(keep)).isEqualTo(before);
        coordinator.post("/settings/change?" + retention + "&hours=5&confirmed=5&reason=the+disk+is+full", "", admin);
        assertThat(database.rows(keep)).containsExactly("18000");
        assertThat(coordinator.get("/settings/change?" + retention, admin).body())
                .contains("value=\"5\"");
        eventually()
                .untilAsserted(() -> assertThat(coordinator.audit("keeping-house", AuditEntry.Kind.DONE))
                        .extracting(AuditEntry::getReason)
                        .containsExactly("the disk is full"));
    }

    /// Denied to a viewer, so that nothing happens; what is allowed is named in the same way.
    @Test
    void everyMethodThatChangesSomethingIsNamedWithWhatWasWanted() {
        String viewer = coordinator.token("every-viewer", Role.VIEWER);
        List<String> methods = new ArrayList<>();
        for (MethodDescriptor<?, ?> method : coordinator.methods()) {
            if (OperatorFixture.roleOf(method).getNumber() > Role.VIEWER_VALUE) {
                methods.add(method.getFullMethodName());
                byte[] request = filled(DynamicMessage.newBuilder(
                                OperatorFixture.rpcOf(method).getInputType()))
                        .build()
                        .toByteArray();
                assertThatThrownBy(() -> coordinator.answer(method, Optional.of(viewer), request))
                        .as(method.getFullMethodName())
                        .hasMessageContaining("PERMISSION_DENIED");
            }
        }

        eventually()
                .untilAsserted(
                        () -> assertThat(coordinator.audit("every-viewer")).hasSameSizeAs(methods));
        Map<String, String> resources = new HashMap<>();
        for (AuditEntry entry : coordinator.audit("every-viewer")) {
            assertThat(entry.getKind()).isEqualTo(AuditEntry.Kind.DENIED);
            assertThat(entry.getRequestDigest()).as(entry.getMethod()).hasSize(64);
            resources.put(entry.getMethod().substring("saga.v1.".length()), entry.getResource());
            if (entry.getMethod().matches(".*(Transaction|Batch|Target|Node|Branch)")) {
                assertThat(entry.getReason()).as(entry.getMethod()).isEqualTo("reason?token=***");
            }
        }
        assertThat(resources).hasSameSizeAs(methods);
        assertThat(resources)
                .containsEntry("AccountService/ListAccounts", "")
                .containsEntry("TokenService/ListTokens", "")
                .containsEntry("TargetService/PauseTarget", "address?token=k")
                .containsEntry("AccountService/UpdateAccount", "name?token=k role=VIEWER disabled=true")
                .containsEntry("TokenService/CreateToken", "name?token=k role=VIEWER lifetime=7s")
                .containsEntry("RetentionService/UpdateRetention", "PREPARED keep=7s")
                .containsEntry("AlertService/UpdateAlertRule", "PARKED enabled=true threshold=7 window=7s")
                .containsEntry("TopicService/Subscribe", "name?token=k url=url?token=*** remark=remark?token=***")
                .containsEntry(
                        "BatchService/CreateBatch",
                        "RETRY deadline_by=7s rate=7 gids=gids?token=*** filter=filter?token=***")
                .containsEntry("OperationService/ExtendDeadline", "gid?token=k by=7s")
                .containsEntry("OperationService/SkipBranch", "gid?token=k step=7");
        assertThat(resources.values().stream().filter(String::isEmpty)).hasSize(2);
    }

    private static DynamicMessage.Builder filled(DynamicMessage.Builder message) {
        for (Descriptors.FieldDescriptor field : message.getDescriptorForType().getFields()) {
            Object value = switch (field.getJavaType()) {
                case STRING -> field.getName() + "?token=k";
                case BOOLEAN -> true;
                case INT -> 7;
                case LONG -> 7L;
                case ENUM -> field.getEnumType().findValueByNumber(1);
                case MESSAGE ->
                    filled(DynamicMessage.newBuilder(field.getMessageType())).build();
                case FLOAT, DOUBLE, BYTE_STRING -> field.getDefaultValue();
            };
            if (field.isRepeated()) {
                message.addRepeatedField(field, value);
            } else {
                message.setField(field, value);
            }
        }
        return message;
    }

    @Test
    void whatAnEndpointDeniesIsDeniedAndNotDone() {
        String operator = coordinator.token("deleting-operator", Role.OPERATOR);
        assertThat(coordinator
                        .post(
                                "/api/v1/batches",
                                "{\"gids\":[\"some\"],\"operation\":\"DELETE\",\"reason\":\"old\"}",
                                operator)
                        .status())
                .isEqualTo(403);
        eventually()
                .untilAsserted(() -> assertThat(coordinator.audit("deleting-operator"))
                        .singleElement()
                        .satisfies(entry -> {
                            assertThat(entry.getKind()).isEqualTo(AuditEntry.Kind.DENIED);
                            assertThat(entry.getResource()).isEqualTo("DELETE gids=some");
                            assertThat(entry.getReason()).isEqualTo("old");
                            assertThat(entry.getBegunSeq()).isPositive();
                        }));
    }

    @ParameterizedTest
    @CsvSource({
        "UPDATE audit_entry SET outcome = 'OK' WHERE seq = %d, written",
        "DELETE FROM audit_entry WHERE seq = %d, missing"
    })
    void aChangedOrDeletedRowIsFound(String damage, String problem) {
        String admin = coordinator.token("verifying", Role.ADMIN);
        coordinator.delete("/api/v1/tokens/not-there", admin);
        VerifyAuditResponse before = verify(admin);
        assertThat(before.getIntact()).as(before.getProblem()).isTrue();
        long victim = before.getHeadSeq() - 1;
        database.update("CREATE TABLE saved AS SELECT * FROM audit_entry WHERE seq = " + victim);
        try {
            database.update(damage.formatted(victim).replace("'OK'", "'FORGED'"));
            VerifyAuditResponse found = verify(admin);
            assertThat(found.getIntact()).isFalse();
            assertThat(found.getBrokenSeq()).isEqualTo(victim);
            assertThat(found.getProblem()).contains(problem);
        } finally {
            database.update("DELETE FROM audit_entry WHERE seq = " + victim);
            database.update("INSERT INTO audit_entry SELECT * FROM saved");
            database.update("DROP TABLE saved");
        }
        assertThat(verify(admin).getIntact()).isTrue();
    }

    private VerifyAuditResponse verify(String token) {
        return AuditServiceGrpc.newBlockingStub(coordinator.channel(token))
                .verifyAudit(VerifyAuditRequest.getDefaultInstance());
    }

    @Test
    void theLogIsExportedAsLinesAndListedByPages() {
        String admin = coordinator.token("exporting", Role.ADMIN);
        for (int i = 0; i < 3; i++) {
            coordinator.delete("/api/v1/tokens/not-there-" + i, admin);
        }
        Reply export = coordinator.get("/api/v1/audit:export", admin);
        assertThat(export.header("Content-Type")).startsWith("application/x-ndjson");
        assertThat(export.body().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));

        var audit = AuditServiceGrpc.newBlockingStub(coordinator.channel(admin));
        List<AuditEntry> listed = new ArrayList<>();
        String page = "";
        do {
            var answer = audit.listAudit(ListAuditRequest.newBuilder()
                    .setOperator("exporting")
                    .setPageSize(2)
                    .setPageToken(page)
                    .build());
            listed.addAll(answer.getEntriesList());
            page = answer.getNextPageToken();
        } while (!page.isEmpty());
        assertThat(listed)
                .extracting(AuditEntry::getResource)
                .containsExactly("not-there-2", "not-there-1", "not-there-0");
        assertThat(coordinator.get("/api/v1/audit?pageToken=x", admin).status()).isEqualTo(400);

        String mine = "/audit?operator=exporting";
        assertThat(coordinator.get(mine + "&kind=DONE", admin).body()).contains("not-there-2");
        assertThat(coordinator.get(mine + "&kind=DENIED", admin).body()).doesNotContain("not-there");
        assertThat(coordinator.get(mine + "&since=2025-01-01", admin).body()).contains("not-there-2");
        assertThat(coordinator.get(mine + "&until=2025-01-01T10:00", admin).body())
                .doesNotContain("not-there");
        assertThat(coordinator.get(mine + "&since=yesterday", admin).status()).isEqualTo(400);
        assertThat(coordinator.get("/audit/export", admin).body()).contains("not-there-2");
        assertThat(coordinator.post("/audit/verify?first=2", "", admin).body()).contains("as they were written");
    }

    @Test
    void metadataOfOurOwnIsNotTakenFromOutside() {
        Metadata forged = new Metadata();
        forged.put(Metadata.Key.of("ordersaga-origin", Metadata.ASCII_STRING_MARSHALLER), "10.1.2.3");
        assertThatThrownBy(() -> AuditServiceGrpc.newBlockingStub(coordinator.channel(forged))
                        .listAudit(ListAuditRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class)
                .satisfies(thrown ->
                        assertThat(Status.fromThrowable(thrown).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
        eventually()
                .untilAsserted(() -> assertThat(coordinator.auditOfMethod("saga.v1.AuditService/ListAudit"))
                        .isNotEmpty()
                        .noneMatch(entry -> entry.getOrigin().equals("10.1.2.3")));
    }

    /// As many coordinators do: each has a log of its own in front of one table.
    @Test
    void severalWritersMakeOneChain() throws InterruptedException, ExecutionException {
        Jdbi jdbi = coordinator.service().bean(Jdbi.class);
        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                AuditLog log = new AuditLog(jdbi);
                String name = "writer-" + writer;
                writers.add(threads.submit(() -> {
                    for (int i = 0; i < ENTRIES; i++) {
                        log.append(new AuditTrail.Entry(
                                AuditTrail.Kind.DENIED,
                                name,
                                "test/Test",
                                "é".repeat(600),
                                "OK",
                                "\r\n",
                                "",
                                "here",
                                0));
                    }
                }));
            }
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        VerifyAuditResponse verified = verify(coordinator.admin());
        assertThat(verified.getIntact()).as(verified.getProblem()).isTrue();
        assertThat(verified.getEntries()).isGreaterThanOrEqualTo(WRITERS * ENTRIES);
    }
}
