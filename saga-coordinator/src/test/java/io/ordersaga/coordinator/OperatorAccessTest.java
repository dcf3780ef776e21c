package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.OperatorFixture.ADMIN_PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.coordinator.OperatorFixture.Reply;
import io.ordersaga.saga.v1.AuditEntry;
import io.ordersaga.saga.v1.AuditServiceGrpc;
import io.ordersaga.saga.v1.ListAuditRequest;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.VerifyAuditRequest;
import io.ordersaga.saga.v1.VerifyAuditResponse;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may do what with a coordinator, over gRPC and over HTTP, on one coordinator for all tests.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorAccessTest {

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
    void theFirstAccountMustChooseAPasswordAndIsNotMadeAgain() {
        Reply session = coordinator.get("/api/v1/session", coordinator.admin());

        assertThat(session.status()).isEqualTo(200);
        assertThat(session.json().path("name").asString()).isEqualTo("admin");
        assertThat(session.json().path("role").asString()).isEqualTo("ADMIN");
        assertThat(database.rows("SELECT COUNT(*) FROM operator_account WHERE name = 'admin' AND change_required = 0"))
                .containsExactly("1");
    }

    @Test
    void aOneTimePasswordOpensNothingButTheChangeOfIt() {
        String token = coordinator.signIn("fresh", coordinator.create("fresh", Role.ADMIN));

        assertThat(coordinator
                        .get("/api/v1/session", token)
                        .json()
                        .path("passwordChangeRequired")
                        .asBoolean())
                .isTrue();
        Reply refused = coordinator.get("/api/v1/accounts", token);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.reason()).isEqualTo("PASSWORD_CHANGE_REQUIRED");
    }

    @Test
    void whatIsKeptIsNoPasswordAndNoToken() {
        String token = coordinator.admin();
        assertThat(database.rows("SELECT password FROM operator_account WHERE name = 'admin'"))
                .singleElement()
                .asString()
                .startsWith("$2");
        assertThat(database.rows("SELECT token_hash FROM operator_session")).doesNotContain(token);
    }

    /// Every method of the contract, asked by everybody, over both doors.
    @Test
    void everyMethodIsForItsRoleAndThoseAboveIt() {
        Map<String, Optional<String>> askers = Map.of(
                "anonymous", Optional.empty(),
                "viewer", Optional.of(coordinator.token("matrix-viewer", Role.VIEWER)),
                "operator", Optional.of(coordinator.token("matrix-operator", Role.OPERATOR)),
                "admin", Optional.of(coordinator.token("matrix-admin", Role.ADMIN)));
        List<String> wrong = new ArrayList<>();
        int cells = 0;
        for (MethodDescriptor<?, ?> method : coordinator.methods()) {
            Role needed = OperatorFixture.roleOf(method);
            for (Map.Entry<String, Optional<String>> asker : askers.entrySet()) {
                int has = switch (asker.getKey()) {
                    case "viewer" -> Role.VIEWER_VALUE;
                    case "operator" -> Role.OPERATOR_VALUE;
                    case "admin" -> Role.ADMIN_VALUE;
                    default -> 0;
                };
                String expected = expected(needed, has);
                String overGrpc = coordinator.verdict(method, asker.getValue());
                String overHttp = coordinator.verdictOverHttp(method, asker.getValue(), expected.equals("PASSES"));
                cells += 2;
                if (!overGrpc.equals(expected) || !overHttp.equals(expected)) {
                    wrong.add(method.getFullMethodName() + " by " + asker.getKey() + ": " + expected + ", but gRPC "
                            + overGrpc + " and HTTP " + overHttp);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cells).isGreaterThan(100);
    }

    private static String expected(Role needed, int has) {
        if (has >= needed.getNumber()) {
            return "PASSES";
        }
        return has == 0 ? "SIGN_IN_NEEDED" : "ROLE_MISSING";
    }

    @Test
    void aDeniedCallLeavesOneRow() {
        String viewer = coordinator.token("denied-viewer", Role.VIEWER);

        assertThat(coordinator
                        .post("/api/v1/accounts", "{\"name\":\"evil\",\"role\":\"ADMIN\"}", viewer)
                        .status())
                .isEqualTo(403);

        await().untilAsserted(() -> assertThat(coordinator.audit("denied-viewer"))
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
        await().untilAsserted(() -> assertThat(coordinator.audit("noted-admin", AuditEntry.Kind.DONE))
                .extracting(AuditEntry::getOutcome)
                .containsExactly("ALREADY_EXISTS ACCOUNT_EXISTS", "OK"));
        assertThat(begun).hasSize(2);
        AuditEntry done = coordinator.audit("noted-admin", AuditEntry.Kind.DONE).getLast();
        assertThat(done.getResource()).isEqualTo("noted");
        assertThat(done.getRequestDigest()).hasSize(64);
        assertThat(done.getOrigin()).isEqualTo("127.0.0.1");
        assertThat(done.getBegunSeq()).isEqualTo(begun.getLast().getSeq());
    }

    @Test
    void aSessionOfABrowserNeedsItsTokenForChangesAndItsOwnSite() {
        Reply signedIn = coordinator.send(coordinator
                .request("POST", "/api/v1/session:signIn", coordinator.signInBody("admin", ADMIN_PASSWORD, true))
                .header("Sec-Fetch-Site", "same-origin"));
        assertThat(signedIn.status()).isEqualTo(200);
        assertThat(signedIn.json().has("token")
                        && !signedIn.json().path("token").asString().isEmpty())
                .isFalse();
        String setCookie = signedIn.header("Set-Cookie");
        assertThat(setCookie).contains("HttpOnly").contains("SameSite=Strict").contains("Path=/");
        String cookie = setCookie.substring(0, setCookie.indexOf(';'));
        String csrf = signedIn.json().path("csrfToken").asString();

        assertThat(coordinator
                        .send(coordinator.request("GET", "/api/v1/session", "").header("Cookie", cookie))
                        .json()
                        .path("csrfToken")
                        .asString())
                .isEqualTo(csrf);
        String body = "{\"name\":\"by-browser\",\"role\":\"VIEWER\"}";
        assertThat(reasonOf(body, "Cookie", cookie)).isEqualTo("CSRF_TOKEN_WRONG");
        assertThat(reasonOf(body, "Cookie", cookie, "X-CSRF-Token", csrf + "0")).isEqualTo("CSRF_TOKEN_WRONG");
        assertThat(reasonOf(body, "Cookie", cookie, "X-CSRF-Token", csrf, "Origin", "https://evil.example"))
                .isEqualTo("OTHER_SITE");
        assertThat(reasonOf(body, "Cookie", cookie, "X-CSRF-Token", csrf, "Origin", "null"))
                .isEqualTo("OTHER_SITE");
        assertThat(reasonOf(body, "Cookie", cookie, "X-CSRF-Token", csrf, "Sec-Fetch-Site", "cross-site"))
                .isEqualTo("OTHER_SITE");
        assertThat(reasonOf(body, "Cookie", cookie, "X-CSRF-Token", csrf, "Sec-Fetch-Site", "same-site"))
                .isEqualTo("OTHER_SITE");
        assertThat(database.rows("SELECT name FROM operator_account WHERE name = 'by-browser'"))
                .isEmpty();
        assertThat(reasonOf(
                        body,
                        "Cookie",
                        cookie,
                        "X-CSRF-Token",
                        csrf,
                        "Origin",
                        coordinator.origin(),
                        "Sec-Fetch-Site",
                        "same-origin"))
                .isEqualTo("200");
        await().untilAsserted(() -> assertThat(coordinator.auditOfMethod("POST /api/v1/accounts"))
                .extracting(AuditEntry::getOutcome)
                .contains("PERMISSION_DENIED CSRF_TOKEN_WRONG", "PERMISSION_DENIED OTHER_SITE"));

        Reply out = coordinator.send(coordinator
                .request("POST", "/api/v1/session:signOut", "{}")
                .header("Cookie", cookie)
                .header("X-CSRF-Token", csrf));
        assertThat(out.status()).isEqualTo(200);
        assertThat(out.header("Set-Cookie")).contains("Max-Age=0");
        assertThat(coordinator
                        .send(coordinator.request("GET", "/api/v1/session", "").header("Cookie", cookie))
                        .status())
                .isEqualTo(401);
    }

    private String reasonOf(String body, String... headers) {
        Reply reply = coordinator.send(
                coordinator.request("POST", "/api/v1/accounts", body).headers(headers));
        return reply.status() == 200 ? "200" : reply.reason();
    }

    @Test
    void aSessionEndsWhenItIsIdleOrOldWhateverTheBearerDoes() {
        String idle = coordinator.signInAs("idle", Role.VIEWER);
        String old = coordinator.signInAs("old", Role.VIEWER);
        assertThat(coordinator.get("/api/v1/session", idle).status()).isEqualTo(200);
        assertThat(coordinator.get("/api/v1/session", old).status()).isEqualTo(200);

        database.update("UPDATE operator_session SET use_time = use_time - INTERVAL 16 MINUTE WHERE account = 'idle'");
        database.update(
                "UPDATE operator_session SET create_time = create_time - INTERVAL 9 HOUR WHERE account = 'old'");

        await().untilAsserted(() ->
                assertThat(coordinator.get("/api/v1/session", idle).status()).isEqualTo(401));
        await().untilAsserted(() ->
                assertThat(coordinator.get("/api/v1/session", old).status()).isEqualTo(401));
    }

    @Test
    void aPageThatAsksByItselfKeepsNoSessionAlive() {
        String token = coordinator.signInAs("away", Role.VIEWER);
        database.update("UPDATE operator_session SET use_time = use_time - INTERVAL 10 MINUTE WHERE account = 'away'");
        await().untilAsserted(() -> {
            Reply reply = coordinator.send(coordinator
                    .request("GET", "/api/v1/session", "")
                    .header("Authorization", "Bearer " + token)
                    .header("X-Unattended", "1"));
            assertThat(reply.status()).isEqualTo(200);
        });
        assertThat(unusedMinutes("away")).isGreaterThanOrEqualTo(9);

        await().untilAsserted(() -> {
            assertThat(coordinator.get("/api/v1/session", token).status()).isEqualTo(200);
            assertThat(unusedMinutes("away")).isLessThan(9);
        });
    }

    private long unusedMinutes(String account) {
        return Long.parseLong(
                database.rows("SELECT TIMESTAMPDIFF(MINUTE, use_time, UTC_TIMESTAMP(3)) FROM operator_session"
                                + " WHERE account = '" + account + "'")
                        .getFirst());
    }

    @Test
    void aChangedPasswordEndsTheOtherSessionsAndADisabledAccountAll() {
        String password = "a password of my own";
        String first = coordinator.signInAs("changer", Role.VIEWER);
        String second = coordinator.signIn("changer", OperatorFixture.passwordOf("changer"));
        Reply same = coordinator.changePassword(second, OperatorFixture.passwordOf("changer"), "has changer in it");
        assertThat(same.status()).isEqualTo(400);
        assertThat(same.body()).contains("newPassword");
        assertThat(coordinator
                        .changePassword(second, OperatorFixture.passwordOf("changer"), password)
                        .status())
                .isEqualTo(200);

        assertThat(coordinator.get("/api/v1/session", first).status()).isEqualTo(401);
        assertThat(coordinator.get("/api/v1/session", second).status()).isEqualTo(200);
        coordinator.patch("/api/v1/accounts/changer", "{\"disabled\":true}", coordinator.admin());
        assertThat(coordinator.get("/api/v1/session", second).status()).isEqualTo(401);
        Reply refused = coordinator.trySignIn("changer", password);
        assertThat(refused.reason()).isEqualTo("SIGN_IN_REFUSED");
    }

    @Test
    void nobodyGuessesForLongWhetherThereIsSuchAnAccountOrNot() {
        coordinator.create("guessed", Role.VIEWER);
        for (String name : List.of("guessed", "not-there")) {
            List<String> reasons = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                reasons.add(coordinator.trySignIn(name, "wrong password " + i).reason());
            }
            assertThat(reasons.subList(0, 5)).as(name).containsOnly("SIGN_IN_REFUSED");
            assertThat(reasons.get(5)).as(name).isEqualTo("SIGN_IN_THROTTLED");
        }
        assertThat(coordinator.trySignIn("guessed", "wrong").header("Retry-After"))
                .isNotEmpty();
    }

    @Test
    void theLastAdminCannotBeLost() {
        String admin = coordinator.admin();
        for (String name : List.of("fresh", "only")) {
            database.update("DELETE FROM operator_account WHERE name = '" + name + "'");
        }
        assertThat(coordinator
                        .patch("/api/v1/accounts/admin", "{\"role\":\"VIEWER\"}", admin)
                        .reason())
                .isEqualTo("LAST_ADMIN");
        assertThat(coordinator
                        .patch("/api/v1/accounts/admin", "{\"disabled\":true}", admin)
                        .reason())
                .isEqualTo("LAST_ADMIN");
        assertThat(coordinator.delete("/api/v1/accounts/admin", admin).reason()).isEqualTo("LAST_ADMIN");
    }

    @Test
    void aTokenOfAMachineIsShownOnceAndEndsWhenItIsRevoked() {
        String admin = coordinator.admin();
        Reply made = coordinator.post(
                "/api/v1/tokens", "{\"name\":\"ci\",\"role\":\"VIEWER\",\"lifetime\":\"3600s\"}", admin);
        String secret = made.json().path("secret").asString();
        assertThat(secret).startsWith("ost_").hasSize(47);
        assertThat(coordinator.get("/api/v1/tokens", admin).body())
                .contains("\"ci\"")
                .doesNotContain(secret);
        assertThat(coordinator
                        .get("/api/v1/session", secret)
                        .json()
                        .path("kind")
                        .asString())
                .isEqualTo("MACHINE");
        assertThat(database.rows("SELECT token_hash FROM machine_token")).doesNotContain(secret);

        assertThat(coordinator.delete("/api/v1/tokens/ci", admin).status()).isEqualTo(200);
        assertThat(coordinator.get("/api/v1/session", secret).status()).isEqualTo(401);
    }

    @Test
    void whatIsNoTokenIsNobody() {
        for (String authorization : List.of(
                "Bearer ", "Bearer x", "Basic YWRtaW46YWRtaW4=", "Bearer ost_" + "a".repeat(43), "Bearer ' OR 1=1")) {
            Reply reply = coordinator.send(
                    coordinator.request("GET", "/api/v1/session", "").header("Authorization", authorization));
            assertThat(reply.status()).as(authorization).isEqualTo(401);
            assertThat(reply.reason()).as(authorization).isEqualTo("SIGN_IN_NEEDED");
        }
    }

    @Test
    void everyAnswerTellsABrowserWhatItMayDo() {
        for (String path : List.of("/", "/transactions", "/api/v1/session", "/nothing/here")) {
            Reply reply = coordinator.send(coordinator.request("GET", path, ""));
            assertThat(reply.header("Content-Security-Policy")).as(path).contains("frame-ancestors 'none'");
            assertThat(reply.header("X-Content-Type-Options")).as(path).isEqualTo("nosniff");
            assertThat(reply.header("X-Frame-Options")).as(path).isEqualTo("DENY");
            assertThat(reply.header("Referrer-Policy")).as(path).isNotEmpty();
        }
        Reply page = coordinator.send(coordinator.request("GET", "/nothing/here", ""));
        assertThat(page.header("Content-Security-Policy"))
                .startsWith("default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'");
        assertThat(coordinator
                        .send(coordinator.request("GET", "/api/dtmsvr/version", ""))
                        .header("Content-Security-Policy"))
                .isEmpty();
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
        await().untilAsserted(() -> assertThat(coordinator.auditOfMethod("saga.v1.AuditService/ListAudit"))
                .isNotEmpty()
                .noneMatch(entry -> entry.getOrigin().equals("10.1.2.3")));
    }

    @Test
    void theDocumentOfTheApiIsServed() {
        Reply document = coordinator.send(HttpRequest.newBuilder(coordinator.uri("/api/v1/openapi.json")));
        assertThat(document.status()).isEqualTo(200);
        assertThat(document.json().path("paths").has("/api/v1/audit")).isTrue();
    }
}
