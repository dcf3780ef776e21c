package io.ordersaga.kit;

import com.google.rpc.Status;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Trouble with the database that passes: the caller may try again. Everything else that SQL can go wrong with is a
/// mistake of ours and stays unexpected.
final class DatabaseFailures implements FailureMapping {
    static final String DATABASE_BUSY = "DATABASE_BUSY";
    static final String DATABASE_UNAVAILABLE = "DATABASE_UNAVAILABLE";

    private static final Logger log = LoggerFactory.getLogger(DatabaseFailures.class);
    /// Too many connections, server shutting down, read-only, row changed since read, lock wait timeout, deadlock,
    /// read-only transaction, lock not available, statement took too long.
    private static final Set<Integer> PASSING_ERRORS = Set.of(1040, 1053, 1290, 1020, 1205, 1213, 1792, 3572, 3024);

    private final ErrorDomain domain;

    DatabaseFailures(ErrorDomain domain) {
        this.domain = domain;
    }

    @Override
    public Optional<Status> statusOf(Throwable failure) {
        @Nullable SQLException error = sqlException(failure);
        if (error == null) {
            return Optional.empty();
        }
        if (isPoolExhausted(error)) {
            log.warn("Answered RESOURCE_EXHAUSTED: {}", error.getMessage());
            return Optional.of(answer(io.grpc.Status.Code.RESOURCE_EXHAUSTED, DATABASE_BUSY, "too much to do now"));
        }
        if (isPassing(error)) {
            log.warn(
                    "Answered UNAVAILABLE because of database error {} ({}): {}",
                    error.getErrorCode(),
                    error.getSQLState(),
                    error.getMessage());
            return Optional.of(
                    answer(io.grpc.Status.Code.UNAVAILABLE, DATABASE_UNAVAILABLE, "the database does not answer now"));
        }
        return Optional.empty();
    }

    private Status answer(io.grpc.Status.Code code, String reason, String message) {
        return domain.refusal(code, reason, message, Map.of())
                .with(StatusMapper.retryInfo())
                .toStatus();
    }

    /// The pool reports with the same type that no connection came free in time and that none could be opened; only the
    /// second has a cause.
    private static boolean isPoolExhausted(SQLException error) {
        return error instanceof SQLTransientConnectionException && error.getCause() == null;
    }

    private static boolean isPassing(SQLException error) {
        @Nullable String state = error.getSQLState();
        return error instanceof SQLTransientException
                || error instanceof SQLRecoverableException
                || PASSING_ERRORS.contains(error.getErrorCode())
                || (state != null && (state.startsWith("08") || state.startsWith("40")));
    }

    private static @Nullable SQLException sqlException(Throwable failure) {
        @Nullable Throwable cause = failure;
        // Bounded, because a chain of causes may be a circle.
        for (int depth = 0; cause != null && depth < 10; depth++) {
            if (cause instanceof SQLException error) {
                return error;
            }
            cause = cause.getCause();
        }
        return null;
    }
}
