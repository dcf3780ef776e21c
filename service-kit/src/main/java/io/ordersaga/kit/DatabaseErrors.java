package io.ordersaga.kit;

import java.sql.SQLException;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/// What a failed statement says.
public final class DatabaseErrors {
    private static final int DUPLICATE_KEY = 1062;
    private static final int LOCK_WAIT_TIMEOUT = 1205;

    private DatabaseErrors() {}

    /// Whether a row with the same key is there already. The statement did nothing, and its transaction can
    /// go on. Unlike `INSERT IGNORE`, which also swallows values that the schema forbids.
    public static boolean isDuplicateKey(UnableToExecuteStatementException failure) {
        return hasCode(failure, DUPLICATE_KEY);
    }

    /// Whether another transaction held a row for too long.
    static boolean isLockWaitTimeout(UnableToExecuteStatementException failure) {
        return hasCode(failure, LOCK_WAIT_TIMEOUT);
    }

    private static boolean hasCode(UnableToExecuteStatementException failure, int code) {
        return failure.getCause() instanceof SQLException error && error.getErrorCode() == code;
    }
}
