package io.ordersaga.saga.client;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The connection that work sees: it remembers the errors that work may swallow, and leaves the transaction's end to
/// the barrier.
///
/// A lock wait timeout (1205) undoes one statement and leaves the transaction open; a deadlock (1213) undoes the
/// whole transaction, the barrier's row included, and the next statement silently begins another. Work that catches
/// either and returns normally would commit half of itself: with 1205 the effect is lost for ever, with 1213 it
/// happens twice.
final class GuardedConnection {
    /// What hands out further ways to the server, and is therefore watched too.
    private static final Set<Class<?>> WATCHED = Set.of(
            Statement.class, PreparedStatement.class, CallableStatement.class, ResultSet.class, DatabaseMetaData.class);

    private static final Set<String> ENDS_TRANSACTION =
            Set.of("commit", "rollback", "abort", "setAutoCommit", "setTransactionIsolation");

    /// SQLState class of integrity constraint violations: they undo one statement and are an answer to it.
    private static final String CONSTRAINT_VIOLATION = "23";

    private final Connection connection;
    private @Nullable SQLException failure;

    GuardedConnection(Connection real) {
        this.connection = watch(Connection.class, real);
    }

    Connection connection() {
        return connection;
    }

    /// Throws the first error that left the transaction in doubt, if there was one.
    void throwSwallowed() throws SQLException {
        SQLException swallowed = failure;
        if (swallowed != null) {
            throw new SQLException(
                    "Work returned normally although a statement had failed: " + swallowed.getMessage(),
                    swallowed.getSQLState(),
                    swallowed.getErrorCode(),
                    swallowed);
        }
    }

    private <T> T watch(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                GuardedConnection.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> invoke(proxy, target, method, arguments)));
    }

    private @Nullable Object invoke(Object proxy, Object target, Method method, Object @Nullable [] arguments)
            throws Throwable {
        return switch (method.getName()) {
            // The driver's own object would pass by the guard.
            case "unwrap" -> unwrap(proxy, (Class<?>) argument(arguments));
            case "isWrapperFor" -> ((Class<?>) argument(arguments)).isInstance(proxy);
            case "equals" -> isSame(proxy, argument(arguments));
            default ->
                target instanceof Connection
                        ? onConnection(target, method, arguments)
                        : watched(target, method, arguments);
        };
    }

    @SuppressWarnings("ReferenceEquality") // this is what equals means for a connection and a statement
    private static boolean isSame(Object proxy, @Nullable Object other) {
        return proxy == other;
    }

    private @Nullable Object onConnection(Object target, Method method, Object @Nullable [] arguments)
            throws Throwable {
        if (method.getName().equals("close")) {
            return null;
        }
        if (ENDS_TRANSACTION.contains(method.getName()) && !isHarmless(method, arguments)) {
            throw remember(
                    new SQLException("Connection." + method.getName() + " is the barrier's to call, not work's"));
        }
        return watched(target, method, arguments);
    }

    private static boolean isHarmless(Method method, Object @Nullable [] arguments) {
        return arguments != null
                && Stream.of(arguments).anyMatch(a -> a instanceof Savepoint || Boolean.FALSE.equals(a))
                && !method.getName().equals("setTransactionIsolation");
    }

    private @Nullable Object watched(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        Object result;
        try {
            result = method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof SQLException sql ? remember(sql) : e.getCause();
        }
        if (result instanceof Connection) {
            return connection;
        }
        Class<?> type = method.getReturnType();
        return result != null && WATCHED.contains(type) ? watch(type, result) : result;
    }

    private SQLException remember(SQLException e) {
        boolean isAnswer = e instanceof SQLFeatureNotSupportedException
                || (e.getSQLState() != null && e.getSQLState().startsWith(CONSTRAINT_VIOLATION));
        if (failure == null && !isAnswer) {
            failure = e;
        }
        return e;
    }

    private static Object unwrap(Object proxy, Class<?> type) throws SQLException {
        if (type.isInstance(proxy)) {
            return proxy;
        }
        throw new SQLException("Work cannot have the driver's own " + type.getName());
    }

    /// The only argument of a method that has one.
    private static Object argument(Object @Nullable [] arguments) {
        return Objects.requireNonNull(arguments)[0];
    }
}
