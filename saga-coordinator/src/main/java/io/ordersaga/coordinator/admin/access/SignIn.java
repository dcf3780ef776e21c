package io.ordersaga.coordinator.admin.access;

import com.google.protobuf.util.Durations;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.ordersaga.kit.ErrorDomain;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;

/// Opens sessions for people who know their password. Every attempt is counted under its name before the
/// password is looked at, and after some each has to wait longer, on all coordinators. Thread-safe.
final class SignIn {

    /// Not why: neither whether there is such an account, nor whether it is disabled.
    static final String REFUSED = "SIGN_IN_REFUSED";

    static final String THROTTLED = "SIGN_IN_THROTTLED";

    private final Jdbi jdbi;
    private final AccountTable accounts;
    private final AttemptTable attempts;
    private final Passwords passwords;
    private final AccessSettings settings;
    private final ErrorDomain domain;

    SignIn(Jdbi jdbi, Passwords passwords, AccessSettings settings, ErrorDomain domain) {
        this.jdbi = jdbi;
        this.accounts = jdbi.onDemand(AccountTable.class);
        this.attempts = jdbi.onDemand(AttemptTable.class);
        this.passwords = passwords;
        this.settings = settings;
        this.domain = domain;
    }

    /// The token of a new session.
    ///
    /// @throws io.ordersaga.kit.RefusalException UNAUTHENTICATED or RESOURCE_EXHAUSTED
    String open(String name, String password) {
        return openFor(accountWith(name, password).name());
    }

    /// Opens a session for an account that somebody vouched for; its token.
    String openFor(String account) {
        String token = BearerToken.make(BearerToken.SESSION);
        jdbi.useTransaction(handle -> {
            SessionTable sessions = handle.attach(SessionTable.class);
            int over = sessions.count(account) - settings.session().perAccount() + 1;
            if (over > 0) {
                sessions.deleteOldest(account, over);
            }
            sessions.insert(BearerToken.hash(token), account);
            handle.attach(AccountTable.class).signedIn(account);
        });
        return token;
    }

    /// The account, when this is its password; else counted as a sign-in that failed.
    AccountTable.Row accountWith(String name, String password) {
        String subject = BearerToken.hash(name);
        countAttempt(subject);
        Optional<AccountTable.Row> account = accounts.find(name).filter(row -> !row.disabled());
        boolean right = passwords.matches(
                password, account.map(AccountTable.Row::password).orElse(null));
        if (!right || account.isEmpty()) {
            throw domain.refusal(
                    Status.Code.UNAUTHENTICATED, REFUSED, "account and password do not belong together", Map.of());
        }
        attempts.forget(subject);
        return account.get();
    }

    private void countAttempt(String subject) {
        attempts.begin(subject);
        long waitMillis = jdbi.inTransaction(handle -> {
            AttemptTable table = handle.attach(AttemptTable.class);
            Optional<AttemptTable.Row> row = table.hold(subject);
            // Somebody else has just signed in under this name: a first attempt.
            int made = row.map(AttemptTable.Row::attempts).orElse(0);
            long blocked = row.map(AttemptTable.Row::blockedMillis).orElse(0L);
            if (blocked <= 0) {
                Duration next = settings.throttle().after(made + 1);
                table.count(subject, TimeUnit.MILLISECONDS.toMicros(next.toMillis()));
            }
            return blocked;
        });
        if (waitMillis > 0) {
            throw domain.refusal(
                            Status.Code.RESOURCE_EXHAUSTED,
                            THROTTLED,
                            "too many attempts; wait before the next one",
                            Map.of())
                    .with(RetryInfo.newBuilder()
                            .setRetryDelay(Durations.fromMillis(waitMillis))
                            .build());
        }
    }
}
