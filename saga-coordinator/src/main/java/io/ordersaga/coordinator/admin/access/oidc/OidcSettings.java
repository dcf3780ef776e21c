package io.ordersaga.coordinator.admin.access.oidc;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// An identity provider that people may sign in with, beside accounts with passwords:
/// `ordersaga.coordinator.admin.access.oidc`.
///
/// @param issuer of the provider, an `https` URL as its tokens name it; empty: there is none. Its discovery
///     document is at `<issuer>/.well-known/openid-configuration`
/// @param clientId how the provider knows this coordinator
/// @param clientSecret that was agreed on; empty for a public client, which PKCE alone protects
/// @param redirectUri this coordinator's own address that the provider sends browsers back to, as registered
///     there: ends with `/sign-in/oidc/callback`
/// @param name of the provider, on the button of the sign-in page
/// @param scopes that are asked for; with `openid`
/// @param rolesClaim the claim of the ID token that has groups or roles, a list of texts or one text; `.` leads into
///     an object, as in `realm_access.roles`
/// @param nameClaim the claim that people are shown by; else it is `email`, `name` or the subject
/// @param roles which groups let in as what
/// @param deadline of one request to the provider, 100 ms to 30 s
/// @param documentMax of an answer of the provider, 4 KB to 4 MB
/// @param keptFor how long the provider's documents and keys are believed, 1 m to 24 h; a token with an unknown key
///     has the keys asked for at once
/// @param reloadEvery how soon they are asked for again after a failure or an unknown key; less than `kept-for`
/// @param clockSkew by which the provider's clock may differ, up to 5 m
/// @param signInWithin how long a browser may be with the provider, 1 m to 1 h
/// @param atOnce sign-ins that end at the same time, 1 to 1000; others are told to come again
/// @param allowHttp whether the provider may be asked without TLS; only for trying things out
public record OidcSettings(
        @DefaultValue("") String issuer,
        @DefaultValue("") String clientId,
        @DefaultValue("") String clientSecret,
        @DefaultValue("") String redirectUri,
        @DefaultValue("single sign-on") String name,
        @DefaultValue({"openid", "profile", "email"}) List<String> scopes,
        @DefaultValue("groups") String rolesClaim,
        @DefaultValue("preferred_username") String nameClaim,
        @DefaultValue Roles roles,
        @DefaultValue("5s") Duration deadline,
        @DefaultValue("256KB") DataSize documentMax,
        @DefaultValue("1h") Duration keptFor,
        @DefaultValue("10s") Duration reloadEvery,
        @DefaultValue("30s") Duration clockSkew,
        @DefaultValue("10m") Duration signInWithin,
        @DefaultValue("16") int atOnce,
        @DefaultValue("false") boolean allowHttp) {

    /// Where the page takes browsers back.
    public static final String CALLBACK = "/sign-in/oidc/callback";

    private static final String PREFIX = "ordersaga.coordinator.admin.access.oidc.";

    /// Whoever is in several has the highest role; whoever is in none is not let in.
    ///
    /// @param viewer groups whose members may look
    /// @param operator groups whose members may also change transactions, targets and nodes
    /// @param admin groups whose members may do everything
    public record Roles(
            @DefaultValue List<String> viewer,
            @DefaultValue List<String> operator,
            @DefaultValue List<String> admin) {

        boolean isEmpty() {
            return viewer.isEmpty() && operator.isEmpty() && admin.isEmpty();
        }
    }

    public OidcSettings {
        within("deadline", deadline, Duration.ofMillis(100), Duration.ofSeconds(30));
        must("document-max", documentMax.toBytes() >= 4096 && documentMax.toMegabytes() <= 4, "be 4KB to 4MB");
        within("kept-for", keptFor, Duration.ofMinutes(1), Duration.ofHours(24));
        must("reload-every", reloadEvery.isPositive() && reloadEvery.compareTo(keptFor) < 0, "be less than kept-for");
        within("clock-skew", clockSkew, Duration.ZERO, Duration.ofMinutes(5));
        within("sign-in-within", signInWithin, Duration.ofMinutes(1), Duration.ofHours(1));
        must("at-once", atOnce >= 1 && atOnce <= 1000, "be 1 to 1000");
        if (issuer.isEmpty()) {
            must("issuer", clientId.isEmpty() && roles.isEmpty(), "be set beside client-id or roles");
        } else {
            URI address = url("issuer", issuer, allowHttp);
            must(
                    "issuer",
                    address.getQuery() == null && address.getFragment() == null,
                    "have no query and no fragment");
            must("client-id", !clientId.isBlank() && clientId.length() <= 255, "be 1 to 255 characters long");
            // A browser on the coordinator's own machine needs no TLS.
            URI back = url("redirect-uri", redirectUri, allowHttp || redirectUri.startsWith("http://localhost:"));
            must("redirect-uri", String.valueOf(back.getPath()).endsWith(CALLBACK), "end with " + CALLBACK);
            must("name", !name.isBlank() && name.length() <= 60, "be 1 to 60 characters long");
            must("scopes", scopes.contains("openid"), "have openid");
            must("roles-claim", !rolesClaim.isBlank(), "be named");
            must("roles", !roles.isEmpty(), "name a group, or nobody can sign in");
        }
    }

    /// Whether there is a provider.
    public boolean isConfigured() {
        return !issuer.isEmpty();
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "OidcSettings[issuer=" + issuer + ", clientId=" + clientId + "]";
    }

    private static URI url(String key, String text, boolean httpAllowed) {
        try {
            URI url = new URI(text);
            String scheme = String.valueOf(url.getScheme());
            must(key, scheme.equals("https") || (httpAllowed && scheme.equals("http")), "be an https URL");
            must(key, url.getHost() != null && url.getUserInfo() == null, "name a host and no user");
            return url;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(PREFIX + key + " must be an https URL", e);
        }
    }

    private static void within(String key, Duration value, Duration least, Duration most) {
        must(key, value.compareTo(least) >= 0 && value.compareTo(most) <= 0, "be from " + least + " to " + most);
    }

    private static void must(String key, boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(PREFIX + key + " must " + rule);
        }
    }
}
