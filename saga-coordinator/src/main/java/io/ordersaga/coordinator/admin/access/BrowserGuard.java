package io.ordersaga.coordinator.admin.access;

import com.google.rpc.Code;
import io.ordersaga.transcoder.errors.ErrorWriter;
import io.ordersaga.transcoder.errors.Failures;
import io.ordersaga.transcoder.errors.HttpFailure;
import io.ordersaga.transcoder.http.Answer;
import io.ordersaga.transcoder.http.RequestId;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpHeaders;

/// Keeps other sites from using an operator's browser: every answer says what a browser may do with it,
/// and a change is taken only from our own pages, or with a token that no browser sends by itself. Before
/// everything that serves the API and pages; DTM's own paths, which know no operators, pass untouched.
public final class BrowserGuard implements Filter {

    /// The request comes from a page of somebody else.
    static final String OTHER_SITE = "OTHER_SITE";

    /// The session's CSRF token is missing or wrong.
    static final String CSRF_TOKEN_WRONG = "CSRF_TOKEN_WRONG";

    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
    private static final List<String> DTM_PATHS = List.of("/api/dtmsvr/", "/api/json-rpc", "/api/metrics", "/api/ping");
    /// Whoever signs in has no session yet, or one that is over and has no page any more to take a token
    /// from.
    private static final Set<String> SIGN_IN_PATHS = Set.of(
            "/api/v1/session:signIn",
            "/api/v1/session:beginProviderSignIn",
            "/api/v1/session:finishProviderSignIn",
            "/sign-in");

    private static final int METHOD_LENGTH_MAX = 200;

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
                    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "same-origin",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cache-Control", "no-store");

    private final BrowserSessions sessions;
    private final Auditor auditor;
    private final String domain;

    BrowserGuard(BrowserSessions sessions, Auditor auditor, String domain) {
        this.sessions = sessions;
        this.auditor = auditor;
        this.domain = domain;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest asked)
                || !(response instanceof HttpServletResponse answer)
                || DTM_PATHS.stream().anyMatch(asked.getRequestURI()::startsWith)) {
            chain.doFilter(request, response);
            return;
        }
        HEADERS.forEach(answer::setHeader);
        if (asked.isSecure()) {
            answer.setHeader("Strict-Transport-Security", "max-age=31536000");
        }
        Optional<String> objection = objection(asked);
        if (objection.isEmpty()) {
            chain.doFilter(request, response);
        } else {
            refuse(asked, answer, objection.get());
        }
    }

    private Optional<String> objection(HttpServletRequest request) {
        // No browser sends this header by itself.
        if (READS.contains(request.getMethod()) || request.getHeader(HttpHeaders.AUTHORIZATION) != null) {
            return Optional.empty();
        }
        if (isFromOtherSite(request)) {
            return Optional.of(OTHER_SITE);
        }
        if (SIGN_IN_PATHS.contains(request.getRequestURI())) {
            return Optional.empty();
        }
        return sessions.tokenOf(request)
                .filter(token -> !sessions.hasCsrfToken(request, token))
                .map(token -> CSRF_TOKEN_WRONG);
    }

    /// What a browser says of itself; a program that says nothing is no browser, and has no session by a
    /// cookie.
    private static boolean isFromOtherSite(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return true;
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        String host = request.getHeader(HttpHeaders.HOST);
        // Not the scheme: TLS may end before us.
        return origin != null
                && (host == null || !(origin.equals("https://" + host) || origin.equals("http://" + host)));
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, String reason) throws IOException {
        String method = request.getMethod() + " " + request.getRequestURI();
        auditor.ended(new AuditTrail.Entry(
                AuditTrail.Kind.DENIED,
                "",
                method.substring(0, Math.min(method.length(), METHOD_LENGTH_MAX)),
                "",
                Code.PERMISSION_DENIED + " " + reason,
                "",
                "",
                request.getRemoteAddr(),
                0));
        HttpFailure failure = Failures.refused(
                        Code.PERMISSION_DENIED, reason, "This was not asked by a page of this coordinator.")
                .in(domain);
        String requestId = RequestId.of(request);
        response.setHeader(RequestId.HEADER, requestId);
        Answer.json(failure.httpCode(), ErrorWriter.error(failure, requestId), failure.headers())
                .writeTo(response);
    }
}
