package io.ordersaga.saga.client;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import javax.sql.DataSource;

/// A data source with one connection that its users cannot close, so that a test can look at it afterwards.
final class KeptConnection {
    private KeptConnection() {}

    static DataSource source(Connection connection) {
        Connection kept = (Connection) Proxy.newProxyInstance(
                KeptConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    try {
                        return method.getName().equals("close") ? null : method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return (DataSource) Proxy.newProxyInstance(
                KeptConnection.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> kept);
    }
}
