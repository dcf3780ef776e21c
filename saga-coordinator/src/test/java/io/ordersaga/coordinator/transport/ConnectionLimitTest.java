package io.ordersaga.coordinator.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that connect and say nothing. One that is too many hears the end of its connection.
class ConnectionLimitTest {

    private static final String ONE = "127.0.0.1";
    private static final String OTHER = "127.0.0.2";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /// @param from an address of this machine
    private Socket connect(String from, int port) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(ONE), port), 30_000);
        return socket;
    }

    private void awaitOpen(String port, int count) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> meters.get("ordersaga.connections")
                                .tag("port", port)
                                .gauge()
                                .value()
                        == count);
    }

    private double refused(String port) {
        return meters.counter("ordersaga.connections.refused", "port", port).count();
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    /// Two of one address and three in all.
    private void assertLimited(String name, int port) throws IOException {
        Socket first = connect(ONE, port);
        connect(ONE, port);
        awaitOpen(name, 2);
        assertThat(isClosed(connect(ONE, port))).as("a third one of an address").isTrue();
        connect(OTHER, port);
        awaitOpen(name, 3);
        assertThat(isClosed(connect(OTHER, port))).as("a fourth one").isTrue();
        assertThat(refused(name)).isEqualTo(2);

        first.close();
        awaitOpen(name, 2);
        connect(ONE, port);
        awaitOpen(name, 3);
        assertThat(refused(name)).as("in the place that was left").isEqualTo(2);
    }

    @Test
    void grpcHasNoMoreThanItMay() throws IOException {
        try (GrpcConnections connections = new GrpcConnections(new ConnectionSettings(3, 9, 2), meters)) {
            NettyServerBuilder builder =
                    NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral(ONE), 0));
            connections.serve(builder);
            Server server = builder.build().start();
            try {
                assertLimited("grpc", server.getPort());
            } finally {
                server.shutdownNow();
            }
        }
    }

    @Test
    void httpHasNoMoreThanItMay(@TempDir Path folder) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector(HttpConnections.class.getName());
        connector.setPort(0);
        connector.setProperty("address", ONE);
        HttpConnections.limit(connector.getProtocolHandler(), new ConnectionSettings(9, 3, 2), meters);
        tomcat.setConnector(connector);
        tomcat.start();
        try {
            assertLimited("http", connector.getLocalPort());
        } finally {
            tomcat.stop();
            tomcat.destroy();
        }
    }
}
