package io.ordersaga.coordinator.admin.access;

import io.grpc.Status;
import io.ordersaga.kit.ErrorDomain;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.util.function.SingletonSupplier;

/// Hashes passwords with bcrypt, a few at a time, since each keeps a core busy for a while. Thread-safe.
final class Passwords {
    /// Nobody reads it, nobody types it twice.
    private static final int ONE_TIME_BYTES = 15;

    private static final long WAIT_SECONDS_MAX = 5;

    private final BCryptPasswordEncoder bcrypt;
    private final Semaphore cores;
    private final ErrorDomain domain;
    private final Supplier<String> nobodys;

    Passwords(AccessSettings settings, ErrorDomain domain) {
        this.bcrypt = new BCryptPasswordEncoder(settings.passwordCost());
        this.cores = new Semaphore(settings.hashesAtOnce());
        this.domain = domain;
        this.nobodys = SingletonSupplier.of(() -> String.valueOf(bcrypt.encode(oneTime())));
    }

    /// Has ready what the first sign-in under a name that nobody has would else take longer for.
    void prepare() {
        var _ = nobodys.get();
    }

    /// A password for one sign-in.
    static String oneTime() {
        return BearerToken.random(ONE_TIME_BYTES);
    }

    /// @param password 72 bytes at most
    String hash(String password) {
        return withCore(() -> String.valueOf(bcrypt.encode(password)));
    }

    /// Takes as long when there is no password to compare with, so that nobody learns which accounts
    /// there are.
    ///
    /// @param hash null when the account has none, or there is no account
    boolean matches(String password, @Nullable String hash) {
        return withCore(() -> bcrypt.matches(password, hash == null ? nobodys.get() : hash)) && hash != null;
    }

    private <T> T withCore(Supplier<T> work) {
        boolean free = false;
        try {
            free = cores.tryAcquire(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!free) {
            throw domain.refusal(Status.Code.UNAVAILABLE, "SIGN_IN_BUSY", "too many sign in at the moment", Map.of());
        }
        try {
            return work.get();
        } finally {
            cores.release();
        }
    }
}
