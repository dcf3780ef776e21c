package io.ordersaga.coordinator.admin.access;

import io.grpc.Metadata;
import io.ordersaga.transcoder.http.Edge;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/// Sessions in browsers: a cookie that no script sees, and a token of its own that a page sends with
/// every change. Turns either into what a gRPC call shows. Thread-safe.
public final class BrowserSessions implements Edge {

    /// The request header with the CSRF token of a change.
    public static final String CSRF_HEADER = "X-CSRF-Token";

    /// The same as a field of a form.
    public static final String CSRF_FIELD = "_csrf";

    /// A request header with any value, for what a page asks by itself: it keeps no session alive.
    public static final String UNATTENDED_HEADER = "X-Unattended";

    private static final String BEARER = "Bearer ";
    private static final String NO_TOKEN = "none";
    private static final int NEXT_LENGTH_MAX = 1000;
    private static final Pattern PROVIDER_COOKIE =
            Pattern.compile("([A-Za-z0-9_-]{43})\\.((?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?)");

    private final boolean secure;

    BrowserSessions(AccessSettings settings) {
        this.secure = settings.session().secureCookie();
    }

    /// What a page sends with changes of the session that has this token. Whoever knows it cannot tell
    /// the token.
    public static String csrfToken(String sessionToken) {
        return BearerToken.hash("csrf " + sessionToken);
    }

    /// `Set-Cookie` for a session that was just opened.
    public String cookie(String sessionToken) {
        return setCookie(cookieName(), sessionToken, "Strict", -1);
    }

    /// `Set-Cookie` that makes a browser forget its session.
    public String forgetCookie() {
        return setCookie(cookieName(), "", "Strict", 0);
    }

    /// What a browser keeps while it is with the identity provider.
    ///
    /// @param next where it wanted to go; not to be believed
    public record AtProvider(String proof, String next) {

        /// Nothing was kept.
        public static final AtProvider NOWHERE = new AtProvider("", "/");
    }

    /// `Set-Cookie` for a browser that goes to the identity provider. It comes back from another site, so this one is
    /// sent with what others lead to.
    public String providerCookie(String proof, String next, com.google.protobuf.Duration lifetime) {
        String kept = next.length() <= NEXT_LENGTH_MAX ? next : "/";
        return setCookie(
                providerCookieName(),
                proof + "."
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(kept.getBytes(StandardCharsets.UTF_8)),
                "Lax",
                lifetime.getSeconds());
    }

    /// `Set-Cookie` that makes a browser forget it.
    public String forgetProviderCookie() {
        return setCookie(providerCookieName(), "", "Lax", 0);
    }

    /// What the browser kept; empty when it kept nothing of the kind.
    public Optional<AtProvider> atProvider(HttpServletRequest request) {
        return cookie(request, providerCookieName())
                .map(PROVIDER_COOKIE::matcher)
                .filter(Matcher::matches)
                .map(kept -> {
                    String next = new String(Base64.getUrlDecoder().decode(kept.group(2)), StandardCharsets.UTF_8);
                    return new AtProvider(kept.group(1), next);
                });
    }

    /// The token in the request's cookie, if there is one of the form that ours have.
    public Optional<String> tokenOf(HttpServletRequest request) {
        return cookie(request, cookieName()).filter(BearerToken::isForm);
    }

    private static Optional<String> cookie(HttpServletRequest request, String name) {
        Cookie @Nullable [] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(name)) {
                    return Optional.of(cookie.getValue());
                }
            }
        }
        return Optional.empty();
    }

    /// What a call shows that is made for this request: pages attach it to their stubs.
    public Metadata credentials(HttpServletRequest request) {
        Metadata metadata = new Metadata();
        addTo(metadata, request);
        return metadata;
    }

    @Override
    public void addTo(Metadata metadata, HttpServletRequest request) {
        metadata.put(AuditInterceptor.ORIGIN, request.getRemoteAddr());
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null) {
            // What is no token is shown as such: it is refused, and written down, where everything else is.
            metadata.put(
                    AccessInterceptor.AUTHORIZATION,
                    BearerToken.inHeader(authorization).map(BEARER::concat).orElse(NO_TOKEN));
        } else {
            tokenOf(request).ifPresent(token -> metadata.put(AccessInterceptor.AUTHORIZATION, BEARER + token));
        }
        if (request.getHeader(UNATTENDED_HEADER) != null) {
            metadata.put(AccessInterceptor.UNATTENDED, "true");
        }
    }

    @Override
    public Map<String, String> headersOf(Metadata response) {
        String token = response.get(SessionEndpoint.COOKIE);
        if (token == null) {
            return Map.of();
        }
        return Map.of(HttpHeaders.SET_COOKIE, token.isEmpty() ? forgetCookie() : cookie(token));
    }

    /// Whether a request that changes something, and has a session only by its cookie, has the session's
    /// CSRF token.
    boolean hasCsrfToken(HttpServletRequest request, String sessionToken) {
        String shown = request.getHeader(CSRF_HEADER);
        if (shown == null) {
            shown = request.getParameter(CSRF_FIELD);
        }
        return shown != null
                && MessageDigest.isEqual(
                        shown.getBytes(StandardCharsets.UTF_8),
                        csrfToken(sessionToken).getBytes(StandardCharsets.UTF_8));
    }

    /// A browser takes a name that begins so only over TLS, from this host and for all of it.
    private String cookieName() {
        return secure ? "__Host-ordersaga" : "ordersaga";
    }

    private String providerCookieName() {
        return cookieName() + "-provider";
    }

    private String setCookie(String name, String value, String sameSite, long maxAge) {
        return ResponseCookie.from(name, value)
                .path("/")
                .httpOnly(true)
                .secure(secure)
                .sameSite(sameSite)
                .maxAge(maxAge)
                .build()
                .toString();
    }
}
