package io.ordersaga.coordinator.admin.access.oidc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The identity provider, by the authorization code flow of OpenID Connect with PKCE. Keeps nothing of a sign-in that
/// is
/// under way. Thread-safe.
public final class Provider implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// A sign-in that a browser may go on with.
    ///
    /// @param authorizationUrl where it has to go
    /// @param proof what it has to keep
    public record Beginning(String authorizationUrl, String proof) {}

    private final OidcSettings settings;
    private final ProviderHttp http;
    private final Discovery discovery;
    private final IdTokens tokens;
    private final Semaphore places;

    /// Asks the provider nothing yet.
    ///
    /// @param settings of one that is configured
    public Provider(OidcSettings settings) {
        this.settings = settings;
        this.http = new ProviderHttp(settings);
        this.discovery = new Discovery(settings, http);
        this.tokens = new IdTokens(settings);
        this.places = new Semaphore(settings.atOnce());
    }

    /// Where to send a browser, and the proof that has to come back with it.
    ///
    /// @throws ProviderFailure UNAVAILABLE or BUSY
    public Beginning begin() {
        return atOnce(() -> {
            String door = discovery.document().authorization().toString();
            Proof proof = Proof.make();
            Map<String, String> asked = new LinkedHashMap<>();
            asked.put("response_type", "code");
            asked.put("client_id", settings.clientId());
            asked.put("redirect_uri", settings.redirectUri());
            asked.put("scope", String.join(" ", settings.scopes()));
            asked.put("state", proof.state());
            asked.put("nonce", proof.nonce());
            asked.put("code_challenge", proof.challenge());
            asked.put("code_challenge_method", "S256");
            String separator = door.contains("?") ? "&" : "?";
            return new Beginning(door + separator + ProviderHttp.encoded(asked), proof.text());
        });
    }

    /// Whom the provider vouches for.
    ///
    /// @param proof of the beginning
    /// @param issuer the parameter `iss` that came with the browser; may be empty
    /// @throws ProviderFailure for any reason there is
    public Person finish(String proof, String state, String code, String issuer) {
        Proof kept = new Proof(proof);
        if (!Proof.same(kept.state(), state) || !(issuer.isEmpty() || issuer.equals(settings.issuer()))) {
            throw new ProviderFailure(
                    ProviderFailure.Kind.STATE_WRONG, "this browser did not ask for what came back with it");
        }
        return atOnce(() -> {
            Discovery.Document document = discovery.document();
            return tokens.read(exchanged(document, code, kept), kept.nonce(), document.keys());
        });
    }

    /// The ID token for the code.
    private String exchanged(Discovery.Document document, String code, Proof proof) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", settings.redirectUri());
        form.put("client_id", settings.clientId());
        form.put("code_verifier", proof.verifier());
        Optional<String> authorization = Optional.empty();
        if (!settings.clientSecret().isEmpty()) {
            if (document.basicAuth()) {
                authorization = Optional.of(basic());
            } else {
                form.put("client_secret", settings.clientSecret());
            }
        }
        ProviderHttp.Answer answer;
        JsonNode body;
        try {
            answer = http.post(document.token(), form, authorization);
            body = JSON.readTree(answer.body());
        } catch (IOException | JacksonException e) {
            throw new ProviderFailure(ProviderFailure.Kind.UNAVAILABLE, "no answer to the code that is of use", e);
        }
        if (answer.status() >= 500) {
            throw new ProviderFailure(
                    ProviderFailure.Kind.UNAVAILABLE, "the provider answered " + answer.status() + " to the code");
        }
        String token = body.path("id_token").asString("");
        if (!answer.isSuccess() || token.isEmpty()) {
            String error = body.path("error").asString("");
            throw new ProviderFailure(
                    ProviderFailure.Kind.REFUSED,
                    "the provider refused the code with " + answer.status() + " "
                            + (error.length() <= 100 ? error : error.substring(0, 100)));
        }
        return token;
    }

    private String basic() {
        String pair = ProviderHttp.encoded(settings.clientId()) + ":" + ProviderHttp.encoded(settings.clientSecret());
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private <T> T atOnce(Supplier<T> work) {
        if (!places.tryAcquire()) {
            throw new ProviderFailure(ProviderFailure.Kind.BUSY, "too many sign in at the moment");
        }
        try {
            return work.get();
        } finally {
            places.release();
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
