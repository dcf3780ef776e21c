package io.ordersaga.coordinator.admin.access;

import io.grpc.Status;
import io.ordersaga.coordinator.admin.access.oidc.Person;
import io.ordersaga.coordinator.admin.access.oidc.Provider;
import io.ordersaga.coordinator.admin.access.oidc.ProviderFailure;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.saga.v1.Role;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens sessions for people whom the identity provider vouches for. Each has an account of their own without a
/// password; what it may do follows from the provider's groups, anew with every sign-in. Thread-safe.
final class ProviderSignIn {
    private static final Logger log = LoggerFactory.getLogger(ProviderSignIn.class);

    /// No account with a password has a name with a colon.
    private static final String PREFIX = "oidc:";

    /// Subjects that make a readable name; others are hashed behind a sign that none of these has.
    private static final Pattern READABLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@|:-]{0,58}");

    private static final int HASH_LENGTH = 40;

    private final Jdbi jdbi;
    private final Optional<Provider> provider;
    private final SignIn signIn;
    private final Identities identities;
    private final AccessSettings settings;
    private final ErrorDomain domain;

    ProviderSignIn(
            Jdbi jdbi,
            Optional<Provider> provider,
            SignIn signIn,
            Identities identities,
            AccessSettings settings,
            ErrorDomain domain) {
        this.jdbi = jdbi;
        this.provider = provider;
        this.signIn = signIn;
        this.identities = identities;
        this.settings = settings;
        this.domain = domain;
    }

    /// Whether an account of this name has the provider to vouch for it.
    static boolean isFederated(String account) {
        return account.startsWith(PREFIX);
    }

    /// @throws RefusalException FAILED_PRECONDITION or UNAVAILABLE
    Provider.Beginning begin() {
        try {
            return provider().begin();
        } catch (ProviderFailure failure) {
            throw refusal(failure);
        }
    }

    /// The token of a new session.
    ///
    /// @throws RefusalException for any reason there is
    String finish(String proof, String state, String code, String issuer) {
        Person person;
        try {
            person = provider().finish(proof, state, code, issuer);
        } catch (ProviderFailure failure) {
            throw refusal(failure);
        }
        String account = nameOf(person.subject());
        CallState.turnsOutAbout(account);
        if (person.role().isEmpty()) {
            endSessions(account);
            throw denied(
                    "PROVIDER_ROLE_MISSING",
                    person.displayName() + " is in no group that may do anything here",
                    Map.of("account", account));
        }
        keep(account, person, person.role().get());
        identities.forgetAll();
        return signIn.openFor(account);
    }

    private Provider provider() {
        return provider.orElseThrow(() -> domain.refusal(
                Status.Code.FAILED_PRECONDITION,
                "PROVIDER_NOT_CONFIGURED",
                "no identity provider vouches for anybody here",
                Map.of()));
    }

    /// Makes the account with the first sign-in; afterwards it has what the provider says now.
    private void keep(String name, Person person, Role role) {
        AccountTable accounts = jdbi.onDemand(AccountTable.class);
        if (accounts.find(name).isEmpty()) {
            if (accounts.count() >= settings.accountsMax()) {
                throw domain.refusal(
                        Status.Code.RESOURCE_EXHAUSTED, "TOO_MANY_ACCOUNTS", "there are too many accounts", Map.of());
            }
            accounts.insertFederated(name, role.name(), person.displayName(), person.issuer());
        }
        AccountTable.Row account =
                accounts.find(name).orElseThrow(() -> new IllegalStateException("the account was removed at once"));
        if (!account.issuer().equals(person.issuer())) {
            throw denied(
                    "ACCOUNT_OF_ANOTHER_PROVIDER",
                    "an administrator has to remove the account of this name first: another provider vouched for it",
                    Map.of("account", name));
        }
        if (account.disabled()) {
            throw denied("ACCOUNT_DISABLED", "this account may not sign in at the moment", Map.of("account", name));
        }
        accounts.updateFederated(name, role.name(), person.displayName());
    }

    /// Whoever was thrown out of their groups is out here too.
    private void endSessions(String account) {
        jdbi.useExtension(SessionTable.class, sessions -> sessions.deleteOthers(account, ""));
        identities.forgetAll();
    }

    static String nameOf(String subject) {
        return READABLE.matcher(subject).matches()
                ? PREFIX + subject
                : PREFIX + "#" + BearerToken.hash(subject).substring(0, HASH_LENGTH);
    }

    private RefusalException denied(String reason, String message, Map<String, String> metadata) {
        return domain.refusal(Status.Code.PERMISSION_DENIED, reason, message, metadata);
    }

    private RefusalException refusal(ProviderFailure failure) {
        log.warn("Nobody was signed in with the identity provider: {}", failure.getMessage(), failure.getCause());
        return switch (failure.kind()) {
            case UNAVAILABLE ->
                domain.refusal(
                        Status.Code.UNAVAILABLE,
                        "PROVIDER_UNAVAILABLE",
                        "the identity provider cannot be asked at the moment",
                        Map.of());
            case BUSY ->
                domain.refusal(Status.Code.UNAVAILABLE, "SIGN_IN_BUSY", "too many sign in at the moment", Map.of());
            case STATE_WRONG ->
                domain.refusal(
                        Status.Code.UNAUTHENTICATED,
                        "PROVIDER_STATE_WRONG",
                        "this sign-in was not begun in this browser, or too long ago",
                        Map.of());
            case REFUSED ->
                domain.refusal(
                        Status.Code.UNAUTHENTICATED,
                        "PROVIDER_REFUSED",
                        "the identity provider vouches for nobody",
                        Map.of());
            case TOKEN_INVALID ->
                domain.refusal(
                        Status.Code.UNAUTHENTICATED,
                        "ID_TOKEN_INVALID",
                        "what the identity provider said cannot be believed",
                        Map.of());
        };
    }
}
