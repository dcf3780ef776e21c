package io.ordersaga.coordinator.admin.access;

import io.ordersaga.coordinator.admin.access.oidc.OidcSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Who may use the operators' API: `ordersaga.coordinator.admin.access`.
///
/// @param enforced whether callers must say who they are. May be false only in the profile `dev`; then
///     everybody is an admin
/// @param recheck how long a coordinator believes what it knows of a session or token before it asks the
///     database again: so long may one that was ended elsewhere still be good
/// @param accountsMax accounts and, apart from them, tokens that there may be
/// @param initialPassword of the account `admin`, which is made when there is none; it must be changed at
///     the first sign-in. Empty: one is made up and printed to the log, once
/// @param passwordCost of bcrypt, 4 to 16; one more takes twice the time
/// @param hashesAtOnce passwords that are looked at at the same time, 1 to 64; each takes a core
/// @param deniedPerSecond denied calls that this coordinator writes to the audit log at most; of the
///     others it writes how many they were
/// @param session how long a session lasts
/// @param throttle how often a password may be tried
/// @param oidc an identity provider that people may sign in with too
public record AccessSettings(
        @DefaultValue("true") boolean enforced,
        @DefaultValue("2s") Duration recheck,
        @DefaultValue("1000") int accountsMax,
        @DefaultValue("") String initialPassword,
        @DefaultValue("12") int passwordCost,
        @DefaultValue("2") int hashesAtOnce,
        @DefaultValue("50") int deniedPerSecond,
        @DefaultValue SessionSettings session,
        @DefaultValue Throttle throttle,
        @DefaultValue OidcSettings oidc) {

    private static final String PREFIX = "ordersaga.coordinator.admin.access.";

    public AccessSettings {
        require(!recheck.isNegative(), "recheck", recheck);
        require(accountsMax > 0 && accountsMax <= 1000, "accounts-max", accountsMax);
        require(passwordCost >= 4 && passwordCost <= 16, "password-cost", passwordCost);
        require(hashesAtOnce > 0 && hashesAtOnce <= 64, "hashes-at-once", hashesAtOnce);
        require(deniedPerSecond > 0, "denied-per-second", deniedPerSecond);
        // The value is not for messages.
        require(initialPassword.isEmpty() || initialPassword.length() >= 12, "initial-password", "so short");
    }

    /// How long a session lasts, and how a browser keeps it.
    ///
    /// @param idle without being used
    /// @param absolute in all
    /// @param perAccount sessions that an account may have at once; opening one more ends the one that
    ///     was used longest ago
    /// @param secureCookie whether browsers are told to send the cookie over TLS only. Only for a
    ///     coordinator that is reached over plain http on this machine may it be false
    public record SessionSettings(
            @DefaultValue("15m") Duration idle,
            @DefaultValue("8h") Duration absolute,
            @DefaultValue("20") int perAccount,
            @DefaultValue("true") boolean secureCookie) {

        public SessionSettings {
            require(idle.toSeconds() >= 1 && idle.compareTo(absolute) <= 0, "session.idle", idle);
            require(perAccount > 0, "session.per-account", perAccount);
        }
    }

    /// How often a password may be tried for one account, whether there is such an account or not.
    ///
    /// @param free attempts without a wait; the wait doubles with each one after them
    /// @param first wait
    /// @param max longest wait
    public record Throttle(
            @DefaultValue("5") int free,
            @DefaultValue("1s") Duration first,
            @DefaultValue("15m") Duration max) {

        public Throttle {
            require(free > 0, "throttle.free", free);
            require(first.isPositive() && first.compareTo(max) <= 0, "throttle.first", first);
        }

        /// The wait after so many attempts.
        Duration after(int attempts) {
            if (attempts < free) {
                return Duration.ZERO;
            }
            Duration wait = first.multipliedBy(1L << Math.min(attempts - free, 30));
            return wait.compareTo(max) < 0 ? wait : max;
        }
    }

    /// Without the password.
    @Override
    public String toString() {
        return "AccessSettings[enforced=" + enforced + ", session=" + session + ", throttle=" + throttle + "]";
    }

    private static void require(boolean valid, String key, Object value) {
        if (!valid) {
            throw new IllegalArgumentException(PREFIX + key + " must not be " + value);
        }
    }
}
