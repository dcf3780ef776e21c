package io.ordersaga.coordinator.admin.access;

import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.ordersaga.coordinator.admin.access.oidc.Provider;
import io.ordersaga.kit.ErrorDomain;
import jakarta.servlet.Filter;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;

/// Everything about who may use the operators' API, put together for the wiring.
public final class Access implements AutoCloseable {
    private final AccessInterceptor accessInterceptor;
    private final AuditInterceptor auditInterceptor;
    private final SessionEndpoint sessionEndpoint;
    private final AccountEndpoint accountEndpoint;
    private final TokenEndpoint tokenEndpoint;
    private final BrowserSessions browserSessions;
    private final BrowserGuard browserGuard;
    private final FirstAccount firstAccount;
    private final EndedAccess endedAccess;
    private final Optional<Provider> provider;

    /// Makes all parts; serves nothing yet.
    ///
    /// @param readOnly whether everything that needs more than the role viewer is refused
    /// @param masking takes secrets out of what the audit log says of a request
    public Access(
            Jdbi jdbi,
            AuditTrail trail,
            AccessSettings settings,
            boolean readOnly,
            UnaryOperator<String> masking,
            ErrorDomain domain) {
        Passwords passwords = new Passwords(settings, domain);
        Identities identities = new Identities(jdbi, settings);
        Auditor auditor = new Auditor(trail, settings.deniedPerSecond(), domain);
        SignIn signIn = new SignIn(jdbi, passwords, settings, domain);
        provider = settings.oidc().isConfigured() ? Optional.of(new Provider(settings.oidc())) : Optional.empty();
        ProviderSignIn providerSignIn = new ProviderSignIn(jdbi, provider, signIn, identities, settings, domain);
        accessInterceptor = new AccessInterceptor(identities, auditor, settings.enforced(), readOnly, masking, domain);
        auditInterceptor = new AuditInterceptor(auditor);
        sessionEndpoint =
                new SessionEndpoint(jdbi, signIn, providerSignIn, passwords, identities, settings, readOnly, domain);
        accountEndpoint = new AccountEndpoint(jdbi, passwords, identities, settings, domain);
        tokenEndpoint = new TokenEndpoint(jdbi, identities, settings, domain);
        browserSessions = new BrowserSessions(settings);
        browserGuard = new BrowserGuard(browserSessions, auditor, domain.name());
        firstAccount = new FirstAccount(jdbi, passwords, settings);
        endedAccess = new EndedAccess(jdbi, settings);
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

    /// Deletes what is left of sessions and attempts that are over, some of it at a time.
    public void forgetEnded() {
        endedAccess.forget();
    }

    @Override
    public void close() {
        provider.ifPresent(Provider::close);
    }

    /// Keeps the program from starting with a method of `saga.v1` that nobody thought about.
    ///
    /// @throws IllegalStateException which names the method that does not say which role it needs
    public static void requireRoles(List<BindableService> services) {
        MethodRoles.requireAll(services);
    }
}
