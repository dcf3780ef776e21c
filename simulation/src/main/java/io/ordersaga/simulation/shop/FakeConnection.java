package io.ordersaga.simulation.shop;

import io.ordersaga.simulation.shop.BranchDatabase.Transaction;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A JDBC connection as far as the barrier and its work use one.
final class FakeConnection implements InvocationHandler {

    private final Transaction transaction;
    private boolean autoCommit = true;
    private int isolation = Connection.TRANSACTION_REPEATABLE_READ;

    FakeConnection(Transaction transaction) {
        this.transaction = transaction;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
        switch (method.getName()) {
            case "prepareStatement" -> {
                String sql = (String) first(arguments);
                return Proxy.newProxyInstance(
                        FakeConnection.class.getClassLoader(),
                        new Class<?>[] {PreparedStatement.class},
                        new FakeStatement(transaction, sql));
            }
            case "commit" -> transaction.commit();
            case "rollback" -> transaction.rollback();
            case "setAutoCommit" -> setAutoCommit((Boolean) first(arguments));
            case "getAutoCommit" -> {
                return autoCommit;
            }
            case "setTransactionIsolation" -> isolation = (Integer) first(arguments);
            case "getTransactionIsolation" -> {
                return isolation;
            }
            case "close", "abort" -> transaction.end();
            default -> throw new SQLException("Connection." + method.getName() + " is not simulated");
        }
        return null;
    }

    /// As JDBC says: switching it on commits what is open.
    private void setAutoCommit(boolean wanted) throws SQLException {
        if (wanted && !autoCommit) {
            transaction.commit();
        }
        autoCommit = wanted;
    }

    private static Object first(Object @Nullable [] arguments) {
        return Objects.requireNonNull(Objects.requireNonNull(arguments)[0]);
    }
}
