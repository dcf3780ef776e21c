package io.ordersaga.coordinator.admin.access;

import io.ordersaga.saga.v1.Role;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the account `admin` when there is no account at all. Its password is good for one sign-in: it
/// must be changed then.
final class FirstAccount {
    static final String NAME = "admin";

    private static final Logger log = LoggerFactory.getLogger(FirstAccount.class);

    private final AccountTable accounts;
    private final Passwords passwords;
    private final AccessSettings settings;

    FirstAccount(Jdbi jdbi, Passwords passwords, AccessSettings settings) {
        this.accounts = jdbi.onDemand(AccountTable.class);
        this.passwords = passwords;
        this.settings = settings;
    }

    /// Of several coordinators that start at once, one makes it, and only this one says how.
    void makeIfMissing() {
        if (!settings.enforced()) {
            return;
        }
        passwords.prepare();
        if (accounts.count() > 0) {
            return;
        }
        boolean given = !settings.initialPassword().isEmpty();
        String password = given ? settings.initialPassword() : Passwords.oneTime();
        if (!accounts.insert(NAME, Role.ADMIN.name(), passwords.hash(password), true)) {
            return;
        }
        if (given) {
            log.info(
                    "Made the account '{}' with the password of ordersaga.coordinator.admin.access.initial-password; "
                            + "it must be changed at the first sign-in",
                    NAME);
        } else {
            // The one place where a password may stand: nobody else knows it, and it opens one session.
            log.warn("Made the account '{}' with the one-time password {} - sign in and change it now", NAME, password);
        }
    }
}
