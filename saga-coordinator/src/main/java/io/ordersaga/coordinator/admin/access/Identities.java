package io.ordersaga.coordinator.admin.access;

import io.ordersaga.saga.v1.Role;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/// Who bears a token. Asks the database, and believes the answer for a moment, since a page that keeps
/// itself up to date asks several times a second. Thread-safe.
final class Identities {
    private static final int REMEMBERED_MAX = 1000;
    private static final Duration USE_WRITTEN_EVERY = Duration.ofMinutes(1);

    /// @param attended whether the session was written as used for it
    private record Remembered(Identity identity, boolean attended, long untilNanos) {}

    private final SessionTable sessions;
    private final TokenTable tokens;
    private final AccessSettings settings;
    private final Map<String, Remembered> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    Identities(Jdbi jdbi, AccessSettings settings) {
        this.sessions = jdbi.onDemand(SessionTable.class);
        this.tokens = jdbi.onDemand(TokenTable.class);
        this.settings = settings;
    }

    /// Empty when nobody bears it, or no longer.
    ///
    /// @param token of the form that ours have
    /// @param unattended whether it is shown by a program of somebody who may not be there: this keeps no
    ///     session alive
    Optional<Identity> of(String token, boolean unattended) {
        String hash = BearerToken.hash(token);
        synchronized (remembered) {
            Remembered known = remembered.get(hash);
            if (known != null && (unattended || known.attended()) && known.untilNanos() - System.nanoTime() > 0) {
                return Optional.of(known.identity());
            }
        }
        Optional<Identity> found =
                token.startsWith(BearerToken.SESSION) ? ofSession(hash, unattended) : ofMachine(hash);
        found.ifPresent(identity -> remember(hash, identity, !unattended));
        return found;
    }

    /// Asks the database about it the next time.
    void forget(String tokenHash) {
        synchronized (remembered) {
            remembered.remove(tokenHash);
        }
    }

    /// Asks the database about everybody the next time.
    void forgetAll() {
        synchronized (remembered) {
            remembered.clear();
        }
    }

    private void remember(String hash, Identity identity, boolean attended) {
        synchronized (remembered) {
            remembered.put(
                    hash,
                    new Remembered(
                            identity,
                            attended,
                            System.nanoTime() + settings.recheck().toNanos()));
        }
    }

    private Optional<Identity> ofSession(String hash, boolean unattended) {
        Duration absolute = settings.session().absolute();
        Optional<SessionTable.Row> row = sessions.findGood(
                hash, absolute.toSeconds(), settings.session().idle().toSeconds());
        if (row.isEmpty()) {
            return Optional.empty();
        }
        SessionTable.Row session = row.get();
        long writtenEvery = Math.min(
                USE_WRITTEN_EVERY.toSeconds(), settings.session().idle().toSeconds() / 4);
        if (!unattended && session.unusedSeconds() >= writtenEvery) {
            sessions.use(hash);
        }
        return Optional.of(new Identity(
                new Operator(session.account(), Role.valueOf(session.role()), Operator.Kind.PERSON),
                session.changeRequired(),
                hash,
                session.displayName(),
                session.createTime().plus(absolute)));
    }

    private Optional<Identity> ofMachine(String hash) {
        return tokens.findGood(hash).map(token -> {
            tokens.use(hash);
            return new Identity(
                    new Operator(token.name(), Role.valueOf(token.role()), Operator.Kind.MACHINE),
                    false,
                    hash,
                    "",
                    token.expireTime());
        });
    }
}
