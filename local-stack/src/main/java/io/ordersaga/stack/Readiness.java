package io.ordersaga.stack;

import io.ordersaga.stack.process.HttpReadiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.function.BooleanSupplier;

/// How to ask whether a component is ready.
public final class Readiness {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int CONNECT_MILLIS = 1000;

    private Readiness() {}

    public static BooleanSupplier of(Component component, Ports ports) {
        return component == Component.DATABASE
                ? () -> accepts(ports.get(Port.DATABASE))
                : new HttpReadiness(URI.create("http://" + LOOPBACK + ":" + ports.get(Port.managementOf(component))
                        + "/actuator/health/readiness"));
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
