package io.ordersaga.simulation.shop;

import java.io.Serial;
import java.sql.SQLException;

/// An error of the database in memory; without a stack, because errors happen often here.
final class FakeSqlException extends SQLException {

    @Serial
    private static final long serialVersionUID = 1L;

    FakeSqlException(String reason, String state, int code) {
        super(reason, state, code);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // it does nothing
    public Throwable fillInStackTrace() {
        return this;
    }
}
