package io.ordersaga.coordinator.admin.access;

import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.ordersaga.kit.ErrorDomain;
import jakarta.servlet.Filter;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/// Everything about who may use the operators' API, put together for the wiring.
public final class Access {
    private final AccessInterceptor accessInterceptor;
    private final AuditInterceptor auditInterceptor;
    private final SessionEndpoint sessionEndpoint;
    private final AccountEndpoint accountEndpoint;
    private final TokenEndpoint tokenEndpoint;
    private final BrowserSessions browserSessions;
    private final BrowserGuard browserGuard;
    private final FirstAccount firstAccount;

    /// Makes all parts; serves nothing yet.
    ///
    /// @param readOnly whether everything that needs more than the role viewer is refused
    public Access(Jdbi jdbi, AuditTrail trail, AccessSettings settings, boolean readOnly, ErrorDomain domain) {
        Passwords passwords = new Passwords(settings, domain);
        Identities identities = new Identities(jdbi, settings);
        Auditor auditor = new Auditor(trail, settings.deniedPerSecond(), domain);
        SignIn signIn = new SignIn(jdbi, passwords, settings, domain);
        accessInterceptor = new AccessInterceptor(identities, auditor, settings.enforced(), readOnly, domain);
        auditInterceptor = new AuditInterceptor(auditor);
        sessionEndpoint = new SessionEndpoint(jdbi, signIn, passwords, identities, settings, readOnly, domain);
        accountEndpoint = new AccountEndpoint(jdbi, passwords, identities, settings, domain);
        tokenEndpoint = new TokenEndpoint(jdbi, identities, settings, domain);
        browserSessions = new BrowserSessions(settings);
        browserGuard = new BrowserGuard(browserSessions, auditor, domain.name());
        firstAccount = new FirstAccount(jdbi, passwords, settings);
    }

    /// Outside of what turns exceptions into statuses: writes down ends as callers see them.
    public ServerInterceptor auditInterceptor() {
        return auditInterceptor;
    }

    /// Inside of it, and before requests are read: decides who may pass.
    public ServerInterceptor accessInterceptor() {
        return accessInterceptor;
    }

    public SessionEndpoint sessionEndpoint() {
        return sessionEndpoint;
    }

    public AccountEndpoint accountEndpoint() {
        return accountEndpoint;
    }

    public TokenEndpoint tokenEndpoint() {
        return tokenEndpoint;
    }

    public BrowserSessions browserSessions() {
        return browserSessions;
    }

    /// Before everything that serves the API and pages over HTTP.
    public Filter browserGuard() {
        return browserGuard;
    }

    /// Makes the first account when there is none.
    public void makeFirstAccount() {
        firstAccount.makeIfMissing();
    }

    /// Keeps the program from starting with a method of `saga.v1` that nobody thought about.
    ///
    /// @throws IllegalStateException which names the method that does not say which role it needs
    public static void requireRoles(List<BindableService> services) {
        MethodRoles.requireAll(services);
    }
}
