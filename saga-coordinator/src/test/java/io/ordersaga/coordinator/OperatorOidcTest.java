package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.OperatorFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import io.ordersaga.coordinator.OperatorFixture.Reply;
import io.ordersaga.coordinator.ScriptedProvider.Token;
import io.ordersaga.coordinator.admin.access.Access;
import io.ordersaga.saga.v1.AuditEntry;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/// Sign-in with an identity provider, on one coordinator for all tests.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorOidcTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String DONE = "saga.v1.SessionService/FinishProviderSignIn";
    private static final Pattern COOKIE = Pattern.compile("([^=]+=[^;]*);.*");

    private final ScriptedProvider provider = new ScriptedProvider();
    private OperatorFixture coordinator;
    private TestDatabase database;

    @BeforeAll
    void start(TestDatabase own) {
        database = own;
        // At the start it may be down: then accounts with passwords sign in, as this fixture does.
        provider.down = true;
        String prefix = "ordersaga.coordinator.admin.access.oidc.";
        Map<String, String> settings = new HashMap<>();
        settings.put(prefix + "issuer", provider.issuer());
        settings.put(prefix + "client-id", ScriptedProvider.CLIENT);
        settings.put(prefix + "client-secret", ScriptedProvider.SECRET);
        settings.put(prefix + "redirect-uri", "http://localhost:36789/sign-in/oidc/callback");
        settings.put(prefix + "name", "Example & Sons");
        settings.put(prefix + "roles-claim", "realm_access.roles");
        settings.put(prefix + "roles.viewer", "everybody");
        settings.put(prefix + "roles.operator", "ops,on-call");
        settings.put(prefix + "roles.admin", "root");
        settings.put(prefix + "reload-every", "1ms");
        settings.put(prefix + "allow-http", "true");
        coordinator = new OperatorFixture(own, settings);
        Reply refused = coordinator.send(coordinator.request("POST", "/api/v1/session:beginProviderSignIn", "{}"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
    }

    @AfterAll
    void stop() {
        coordinator.close();
        provider.close();
    }

    @BeforeEach
    void well() {
        provider.down = false;
        provider.noise = "";
    }

    private Token person(String subject, String... groups) {
        return claims -> provider.signed(claimsOf(claims, subject, groups));
    }

    private static JWTClaimsSet.Builder claimsOf(JWTClaimsSet.Builder claims, String subject, String... groups) {
        return claims.subject(subject)
                .claim("preferred_username", "Name of " + subject)
                .claim("realm_access", Map.of("roles", List.of(groups)));
    }

    /// A sign-in until the browser comes back.
    private Map<String, String> begun(Token token) {
        Reply begun = coordinator.send(coordinator.request("POST", "/api/v1/session:beginProviderSignIn", "{}"));
        assertThat(begun.status()).as(begun.body()).isEqualTo(200);
        Map<String, String> back = new HashMap<>(
                provider.authorize(begun.json().path("authorizationUrl").asString(), token));
        back.put("proof", begun.json().path("proof").asString());
        return back;
    }

    private Reply finish(Map<String, String> back) {
        return coordinator.send(
                coordinator.request("POST", "/api/v1/session:finishProviderSignIn", JSON.writeValueAsString(back)));
    }

    private Reply signIn(Token token) {
        return finish(begun(token));
    }

    @Test
    void aBrowserGoesThereAndComesBackWithASessionLikeAnyOther() {
        Reply door = coordinator.send(coordinator.request("GET", "/sign-in?next=/targets", ""));
        assertThat(door.body()).contains("Sign in with Example &amp; Sons", "/sign-in/oidc?next=%2Ftargets");
        Reply away = coordinator.send(coordinator.request("GET", "/sign-in/oidc?next=%2Ftargets", ""));
        assertThat(away.status()).isEqualTo(303);
        assertThat(away.header("Set-Cookie")).contains("HttpOnly", "SameSite=Lax", "Max-Age=600");
        Map<String, String> back = provider.authorize(away.header("Location"), person("ann", "everybody", "on-call"));
        String path = "/sign-in/oidc/callback?code=" + back.get("code") + "&state=" + back.get("state") + "&iss="
                + URLEncoder.encode(provider.issuer(), StandardCharsets.UTF_8);

        // Without what the browser keeps it is somebody else's sign-in.
        Reply other = coordinator.send(coordinator.request("GET", path, ""));
        assertThat(other.status()).isEqualTo(401);
        assertThat(other.body()).contains("not begun in this browser", "Sign in with Example");

        Reply home = coordinator.send(coordinator
                .request("GET", path, "")
                .header("Cookie", cookies(away).getFirst()));
        assertThat(home.status()).as(home.body()).isEqualTo(200);
        assertThat(home.body()).contains("http-equiv=\"refresh\"", "0;url=/targets");
        List<String> set = home.response().headers().allValues("Set-Cookie");
        assertThat(set).anySatisfy(cookie -> assertThat(cookie).contains("oss_", "HttpOnly", "SameSite=Strict"));
        assertThat(set).anySatisfy(cookie -> assertThat(cookie).contains("-provider=;", "Max-Age=0"));
        String session = set.stream()
                .filter(cookie -> cookie.contains("oss_"))
                .map(this::pair)
                .findFirst()
                .orElseThrow();
        Reply page = coordinator.send(coordinator.request("GET", "/targets", "").header("Cookie", session));
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("Name of ann");

        Reply who = coordinator.send(
                coordinator.request("GET", "/api/v1/session", "").header("Cookie", session));
        assertThat(who.json().path("name").asString()).isEqualTo("oidc:ann");
        assertThat(who.json().path("displayName").asString()).isEqualTo("Name of ann");
        assertThat(who.json().path("role").asString()).isEqualTo("OPERATOR");
        Reply out = coordinator.send(coordinator
                .request("POST", "/api/v1/session:signOut", "{}")
                .header("Cookie", session)
                .header("X-CSRF-Token", who.json().path("csrfToken").asString()));
        assertThat(out.status()).isEqualTo(200);
        assertThat(coordinator
                        .send(coordinator.request("GET", "/api/v1/session", "").header("Cookie", session))
                        .status())
                .isEqualTo(401);
        eventually()
                .untilAsserted(() -> assertThat(coordinator.auditOfMethod(DONE))
                        .filteredOn(entry -> entry.getKind() == AuditEntry.Kind.DONE)
                        .extracting(AuditEntry::getResource, AuditEntry::getOutcome)
                        .contains(org.assertj.core.groups.Tuple.tuple("oidc:ann", "OK")));
    }

    private List<String> cookies(Reply reply) {
        return reply.response().headers().allValues("Set-Cookie").stream()
                .map(this::pair)
                .toList();
    }

    private String pair(String setCookie) {
        Matcher matcher = COOKIE.matcher(setCookie);
        assertThat(matcher.matches()).as(setCookie).isTrue();
        return matcher.group(1);
    }

    @Test
    void aTokenThatDoesNotFitIsNotBelieved() {
        Map<String, Token> wrong = new LinkedHashMap<>();
        wrong.put(
                "nonce",
                claims -> provider.signed(claimsOf(claims, "eve", "root").claim("nonce", "another")));
        wrong.put(
                "audience",
                claims -> provider.signed(claimsOf(claims, "eve", "root").audience("another")));
        wrong.put(
                "issuer",
                claims -> provider.signed(claimsOf(claims, "eve", "root").issuer("https://else.example")));
        wrong.put(
                "several audiences",
                claims -> provider.signed(
                        claimsOf(claims, "eve", "root").audience(List.of(ScriptedProvider.CLIENT, "another"))));
        wrong.put(
                "party",
                claims -> provider.signed(claimsOf(claims, "eve", "root").claim("azp", "another")));
        wrong.put(
                "expired",
                claims -> provider.signed(claimsOf(claims, "eve", "root")
                        .expirationTime(Date.from(Instant.now().minusSeconds(3600)))));
        wrong.put("no subject", claims -> provider.signed(claimsOf(claims, "", "root")));
        wrong.put("unsigned", claims -> ScriptedProvider.unsigned(claimsOf(claims, "eve", "root")));
        wrong.put("public key as a secret", claims -> provider.signedWithPublicKey(claimsOf(claims, "eve", "root")));
        wrong.put(
                "unknown key",
                claims -> ScriptedProvider.signed(claimsOf(claims, "eve", "root"), provider.unpublished));
        RSAKey liar = ScriptedProvider.rsa(provider.rsa.getKeyID());
        wrong.put("key of the same name", claims -> ScriptedProvider.signed(claimsOf(claims, "eve", "root"), liar));
        wrong.put("no token", claims -> "that.is.none");

        wrong.forEach((what, token) -> {
            Reply refused = signIn(token);
            assertThat(refused.reason()).as(what + ": " + refused.body()).isEqualTo("ID_TOKEN_INVALID");
            assertThat(refused.status()).as(what).isEqualTo(401);
        });
        assertThat(database.rows("SELECT name FROM operator_account WHERE name LIKE 'oidc:eve%'"))
                .isEmpty();
    }

    @Test
    void whatComesBackHasToBelongToWhatWasAsked() {
        Map<String, String> mine = begun(person("bob", "everybody"));
        Map<String, String> others = begun(person("eve", "everybody"));
        for (Map<String, String> change : List.of(
                Map.of("state", others.getOrDefault("state", "")),
                Map.of("proof", others.getOrDefault("proof", "")),
                Map.of("issuer", "https://else.example"))) {
            Map<String, String> back = new HashMap<>(mine);
            back.putAll(change);
            assertThat(finish(back).reason()).as(change.toString()).isEqualTo("PROVIDER_STATE_WRONG");
        }
        // Somebody else's code does not fit to the verifier, and is spent with the attempt.
        Map<String, String> stolen = new HashMap<>(mine);
        stolen.put("code", others.getOrDefault("code", ""));
        assertThat(finish(stolen).reason()).isEqualTo("PROVIDER_REFUSED");

        assertThat(finish(mine).status()).isEqualTo(200);
        Reply again = finish(mine);
        assertThat(again.status()).isEqualTo(401);
        assertThat(again.reason()).isEqualTo("PROVIDER_REFUSED");
    }

    @Test
    void newKeysAreAskedForAndEllipticOnesAreGood() {
        assertThat(signIn(claims -> ScriptedProvider.signed(claimsOf(claims, "kim", "root"), provider.elliptic))
                        .status())
                .isEqualTo(200);
        RSAKey next = ScriptedProvider.rsa("next");
        provider.publish(next);
        Reply signedIn = signIn(claims -> ScriptedProvider.signed(claimsOf(claims, "kim", "root"), next));
        assertThat(signedIn.status()).as(signedIn.body()).isEqualTo(200);
        assertThat(signedIn.json().path("token").asString()).startsWith("oss_");
        assertThat(signedIn.json().path("role").asString()).isEqualTo("ADMIN");
    }

    @Test
    void whoIsInNoGroupIsDeniedAndLosesTheSessionsOfBetterTimes() {
        String token = signIn(person("dan", "everybody")).json().path("token").asString();
        assertThat(coordinator.get("/api/v1/session", token).status()).isEqualTo(200);

        Reply denied = signIn(person("dan", "strangers"));
        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.reason()).isEqualTo("PROVIDER_ROLE_MISSING");
        assertThat(coordinator.get("/api/v1/session", token).status()).isEqualTo(401);
        eventually()
                .untilAsserted(() -> assertThat(coordinator.auditOfMethod(DONE))
                        .extracting(AuditEntry::getResource, AuditEntry::getOutcome)
                        .contains(org.assertj.core.groups.Tuple.tuple(
                                "oidc:dan", "PERMISSION_DENIED PROVIDER_ROLE_MISSING")));
        Map<String, String> back = begun(person("dan"));
        Reply page = coordinator.send(coordinator
                .request("GET", "/sign-in/oidc/callback?code=" + back.get("code") + "&state=" + back.get("state"), "")
                .header("Cookie", "ordersaga-provider=" + back.get("proof") + "."));
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("You are known as oidc:dan, but in no group");
    }

    @Test
    void theProviderSaysWhatAnAccountMayDoAndAnAdministratorWhetherItMaySignIn() {
        signIn(person("fay", "root"));
        Reply refused = coordinator.patch("/api/v1/accounts/oidc:fay", "{\"role\":\"VIEWER\"}", coordinator.admin());
        assertThat(refused.reason()).isEqualTo("ACCOUNT_FEDERATED");
        // It may be down one day: an administrator with a password has to remain.
        assertThat(coordinator
                        .delete("/api/v1/accounts/admin", coordinator.admin())
                        .reason())
                .isEqualTo("LAST_ADMIN");
        String token = signIn(person("fay", "ops")).json().path("token").asString();
        assertThat(coordinator.get("/api/v1/session", token).json().path("role").asString())
                .isEqualTo("OPERATOR");
        Reply password = coordinator.changePassword(token, "none that there is", "a password of my own");
        assertThat(password.reason()).isEqualTo("NO_SESSION");
        assertThat(coordinator.trySignIn("oidc:fay", "none that there is").reason())
                .isEqualTo("SIGN_IN_REFUSED");

        coordinator.patch("/api/v1/accounts/oidc:fay", "{\"disabled\":true}", coordinator.admin());
        assertThat(coordinator.get("/api/v1/session", token).status()).isEqualTo(401);
        assertThat(signIn(person("fay", "root")).reason()).isEqualTo("ACCOUNT_DISABLED");
        database.update("UPDATE operator_account SET issuer = 'https://old.example', disabled = 0"
                + " WHERE name = 'oidc:fay'");
        assertThat(signIn(person("fay", "root")).reason()).isEqualTo("ACCOUNT_OF_ANOTHER_PROVIDER");
        // A subject that makes no name has one all the same.
        assertThat(signIn(person("CN=Fay, O=Example", "ops"))
                        .json()
                        .path("name")
                        .asString())
                .matches("oidc:#[0-9a-f]{40}");
    }

    @Test
    void aProviderThatDoesNotAnswerKeepsNobodyElseOut() {
        Map<String, String> back = begun(person("gus", "everybody"));
        provider.down = true;
        Reply refused = finish(back);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(coordinator
                        .trySignIn("admin", OperatorFixture.ADMIN_PASSWORD)
                        .status())
                .isEqualTo(200);
        provider.down = false;
        provider.noise = "{\"id_token\":\"" + "x".repeat(300_000) + "\"}";
        assertThat(signIn(person("gus", "everybody")).reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        provider.noise = "no json";
        assertThat(signIn(person("gus", "everybody")).reason()).isEqualTo("PROVIDER_UNAVAILABLE");
    }

    @Test
    void whatIsLeftOfEndedSessionsAndOldAttemptsIsDeleted() {
        coordinator.signInAs("gone", io.ordersaga.saga.v1.Role.VIEWER);
        String kept = coordinator.signInAs("kept", io.ordersaga.saga.v1.Role.VIEWER);
        database.update("UPDATE operator_session SET use_time = use_time - INTERVAL 16 MINUTE WHERE account = 'gone'");
        coordinator.trySignIn("nobody-old", "wrong password");
        coordinator.trySignIn("nobody-new", "wrong password");
        database.update("UPDATE sign_in_attempt SET blocked_till = blocked_till - INTERVAL 2 DAY"
                + " WHERE subject = SHA2('nobody-old', 256)");
        Access access = coordinator.service().bean(Access.class);

        access.forgetEnded();

        assertThat(database.rows("SELECT account FROM operator_session WHERE account IN ('gone', 'kept')"))
                .containsOnly("kept");
        assertThat(database.rows("SELECT attempts FROM sign_in_attempt WHERE subject = SHA2('nobody-old', 256)"))
                .isEmpty();
        assertThat(database.rows("SELECT attempts FROM sign_in_attempt WHERE subject = SHA2('nobody-new', 256)"))
                .hasSize(1);
        assertThat(coordinator.get("/api/v1/session", kept).status()).isEqualTo(200);
    }
}
