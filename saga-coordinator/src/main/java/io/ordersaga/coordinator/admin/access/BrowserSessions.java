package io.ordersaga.coordinator.admin.access;

import io.grpc.Metadata;
import io.ordersaga.transcoder.http.Edge;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
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
        return setCookie(sessionToken, -1);
    }

    /// `Set-Cookie` that makes a browser forget its session.
    public String forgetCookie() {
        return setCookie("", 0);
    }

    /// The token in the request's cookie, if there is one of the form that ours have.
    public Optional<String> tokenOf(HttpServletRequest request) {
        Cookie @Nullable [] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(cookieName()) && BearerToken.isForm(cookie.getValue())) {
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

    private String setCookie(String value, long maxAge) {
        return ResponseCookie.from(cookieName(), value)
                .path("/")
                .httpOnly(true)
                .secure(secure)
                .sameSite("Strict")
                .maxAge(maxAge)
                .build()
                .toString();
    }
}
