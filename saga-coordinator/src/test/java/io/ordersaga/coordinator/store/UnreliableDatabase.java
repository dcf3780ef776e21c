package io.ordersaga.coordinator.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/// A real database whose connections break at the worst moments.
final class UnreliableDatabase extends DelegatingDataSource {

    private final AtomicInteger failuresBeforeCommit = new AtomicInteger();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private final AtomicInteger lostAnswers = new AtomicInteger();
    private volatile boolean refusing;

    UnreliableDatabase(DataSource database) {
        super(database);
    }

    void failBeforeCommits(int count) {
        failuresBeforeCommit.set(count);
    }

    /// Commits, and then the connection dies.
    void loseAnswersOfCommits(int count) {
        answersToLose.set(count);
    }

    void refuseConnections(boolean refused) {
        refusing = refused;
    }

    int lostAnswers() {
        return lostAnswers.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (refusing) {
            throw new SQLTransientConnectionException("no connection to be had");
        }
        Connection connection = super.getConnection();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (_, method, arguments) -> {
                    boolean commits = method.getName().equals("commit");
                    if (commits && takes(failuresBeforeCommit)) {
                        connection.rollback();
                        throw new SQLRecoverableException("connection reset", "08S01");
                    }
                    try {
                        Object result = method.invoke(connection, arguments);
                        if (commits && takes(answersToLose)) {
                            lostAnswers.incrementAndGet();
                            throw new SQLRecoverableException("connection reset", "08S01");
                        }
                        return result;
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }

    private static boolean takes(AtomicInteger left) {
        return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }
}
