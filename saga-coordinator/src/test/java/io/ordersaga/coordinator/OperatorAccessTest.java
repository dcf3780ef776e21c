package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.OperatorFixture.ADMIN_PASSWORD;
import static io.ordersaga.coordinator.OperatorFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.ordersaga.coordinator.OperatorFixture.Reply;
import io.ordersaga.saga.v1.AuditEntry;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

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
                String overHttp = coordinator.verdictOverHttp(method, asker.getValue());
                cells += 2;
                if (!overGrpc.equals(expected) || !overHttp.equals(expected)) {
                    wrong.add(method.getFullMethodName() + " by " + asker.getKey() + ": " + expected + ", but gRPC "
                            + overGrpc + " and HTTP " + overHttp);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cells).isGreaterThan(100);
        // Whatever is written down was really begun, once over each door.
        List<String> begun = coordinator.audit("matrix-admin", AuditEntry.Kind.BEGUN).stream()
                .map(AuditEntry::getMethod)
                .toList();
        assertThat(begun).hasSizeGreaterThan(60);
        assertThat(begun)
                .allSatisfy(method -> assertThat(Collections.frequency(begun, method))
                        .as(method)
                        .isEqualTo(2));
    }

    private static String expected(Role needed, int has) {
        if (has >= needed.getNumber()) {
            return "PASSES";
        }
        return has == 0 ? "SIGN_IN_NEEDED" : "ROLE_MISSING";
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
        eventually()
                .untilAsserted(() -> assertThat(coordinator.auditOfMethod("POST /api/v1/accounts"))
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

        eventually()
                .untilAsserted(() -> assertThat(
                                coordinator.get("/api/v1/session", idle).status())
                        .isEqualTo(401));
        eventually()
                .untilAsserted(
                        () -> assertThat(coordinator.get("/api/v1/session", old).status())
                                .isEqualTo(401));
    }

    @Test
    void aPageThatAsksByItselfKeepsNoSessionAlive() {
        String token = coordinator.signInAs("away", Role.VIEWER);
        database.update("UPDATE operator_session SET use_time = use_time - INTERVAL 10 MINUTE WHERE account = 'away'");
        eventually().untilAsserted(() -> {
            Reply reply = coordinator.send(coordinator
                    .request("GET", "/api/v1/session", "")
                    .header("Authorization", "Bearer " + token)
                    .header("X-Unattended", "1"));
            assertThat(reply.status()).isEqualTo(200);
        });
        assertThat(unusedMinutes("away")).isGreaterThanOrEqualTo(9);

        eventually().untilAsserted(() -> {
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

    @Test
    void theDocumentOfTheApiIsServed() {
        Reply document = coordinator.send(HttpRequest.newBuilder(coordinator.uri("/api/v1/openapi.json")));
        assertThat(document.status()).isEqualTo(200);
        assertThat(document.json().path("paths").has("/api/v1/audit")).isTrue();
    }
}
