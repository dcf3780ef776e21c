package io.ordersaga.coordinator.admin.access.oidc;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Where the provider's doors and keys are, as it says itself. Asked for when somebody signs in, never at the start: a
/// provider that is down keeps nobody else from anything. Thread-safe.
final class Discovery {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PATH = "/.well-known/openid-configuration";

    /// @param basicAuth whether the client's secret goes into a header; else into the form
    /// @param keys that its tokens are signed with, as they are at the moment
    record Document(URI authorization, URI token, boolean basicAuth, JWKSource<SecurityContext> keys) {}

    private final OidcSettings settings;
    private final ProviderHttp http;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Document known;
    private volatile long knownTillNanos;
    private volatile @Nullable ProviderFailure failed;
    private volatile long failedTillNanos;

    Discovery(OidcSettings settings, ProviderHttp http) {
        this.settings = settings;
        this.http = http;
    }

    /// @throws ProviderFailure UNAVAILABLE; after one, others are told the same for a moment
    Document document() {
        Document current = known();
        if (current != null) {
            return current;
        }
        boolean turn = false;
        try {
            turn = asking.tryLock(settings.deadline().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!turn) {
            throw new ProviderFailure(ProviderFailure.Kind.UNAVAILABLE, "the provider takes too long");
        }
        try {
            current = known();
            return current == null ? ask() : current;
        } finally {
            asking.unlock();
        }
    }

    private @Nullable Document known() {
        long now = System.nanoTime();
        Document document = known;
        if (document != null && knownTillNanos - now > 0) {
            return document;
        }
        ProviderFailure failure = failed;
        if (failure != null && failedTillNanos - now > 0) {
            throw new ProviderFailure(failure.kind(), String.valueOf(failure.getMessage()));
        }
        return null;
    }

    private Document ask() {
        try {
            ProviderHttp.Answer answer = http.get(URI.create(base() + PATH));
            if (!answer.isSuccess()) {
                throw unavailable("answered " + answer.status(), null);
            }
            Document document = read(JSON.readTree(answer.body()));
            known = document;
            knownTillNanos = System.nanoTime() + settings.keptFor().toNanos();
            failed = null;
            return document;
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            throw remembered(unavailable(String.valueOf(e.getMessage()), e));
        } catch (ProviderFailure failure) {
            throw remembered(failure);
        }
    }

    private String base() {
        return settings.issuer().endsWith("/")
                ? settings.issuer().substring(0, settings.issuer().length() - 1)
                : settings.issuer();
    }

    private ProviderFailure remembered(ProviderFailure failure) {
        failed = failure;
        failedTillNanos = System.nanoTime() + settings.reloadEvery().toNanos();
        return failure;
    }

    private Document read(JsonNode document) throws MalformedURLException {
        String issuer = document.path("issuer").asString("");
        if (!issuer.equals(settings.issuer())) {
            throw unavailable("calls itself '" + issuer + "'", null);
        }
        boolean basic = false;
        boolean form = false;
        for (JsonNode method : document.path("token_endpoint_auth_methods_supported")) {
            basic |= method.asString("").equals("client_secret_basic");
            form |= method.asString("").equals("client_secret_post");
        }
        // Who says nothing takes the header.
        return new Document(
                door(document, "authorization_endpoint"),
                door(document, "token_endpoint"),
                basic || !form,
                keys(door(document, "jwks_uri")));
    }

    /// One set of keys is kept; a token with a key that is not in it has it asked for again, but not all the time.
    private JWKSource<SecurityContext> keys(URI url) throws MalformedURLException {
        return JWKSourceBuilder.create(url.toURL(), http)
                .cache(
                        settings.keptFor().toMillis(),
                        settings.deadline().multipliedBy(2).toMillis())
                .refreshAheadCache(false)
                .rateLimited(Math.max(1, settings.reloadEvery().toMillis()))
                .build();
    }

    private URI door(JsonNode document, String name) {
        URI url = URI.create(document.path(name).asString(""));
        String scheme = String.valueOf(url.getScheme());
        boolean good = scheme.equals("https") || (settings.allowHttp() && scheme.equals("http"));
        if (!good || url.getHost() == null || url.getFragment() != null) {
            throw unavailable("has no usable " + name, null);
        }
        return url;
    }

    private ProviderFailure unavailable(String what, @Nullable Throwable cause) {
        return new ProviderFailure(
                ProviderFailure.Kind.UNAVAILABLE, "the provider " + settings.issuer() + " " + what, cause);
    }
}
