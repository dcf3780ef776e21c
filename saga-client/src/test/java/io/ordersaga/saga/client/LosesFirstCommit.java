package io.ordersaga.saga.client;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/// A data source with one connection, whose first commit is carried out and reported as failed.
final class LosesFirstCommit {
    private LosesFirstCommit() {}

    static DataSource source(Connection connection) {
        AtomicBoolean lost = new AtomicBoolean();
        Connection unlucky = (Connection) Proxy.newProxyInstance(
                LosesFirstCommit.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("commit") && !lost.getAndSet(true)) {
                        connection.commit();
                        throw new SQLException("Communications link failure during commit", "08007");
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return KeptConnection.source(unlucky);
    }
}
