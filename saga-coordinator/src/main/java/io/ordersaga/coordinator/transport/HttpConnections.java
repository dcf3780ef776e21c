package io.ordersaga.coordinator.transport;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.apache.coyote.ProtocolHandler;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/// Tomcat's HTTP that accepts no more connections than allowed. Tomcat by itself leaves those that are too many in the
/// system's queue, where nobody answers them, and does not ask whose they are.
///
/// Public with a constructor without parameters, because Tomcat makes it.
public final class HttpConnections extends Http11NioProtocol {

    public HttpConnections() {
        super(new Door());
    }

    /// Limits the connections that Tomcat accepts from now on.
    public static void limit(ProtocolHandler handler, ConnectionSettings settings, MeterRegistry registry) {
        if (handler instanceof HttpConnections limited && limited.getEndpoint() instanceof Door door) {
            // Tomcat's own limit would let them wait.
            limited.setMaxConnections(-1);
            door.settings = settings;
            door.refused = registry.counter("ordersaga.connections.refused", "port", "http");
            Gauge.builder("ordersaga.connections", door, Door::count)
                    .tag("port", "http")
                    .register(registry);
        } else {
            throw new IllegalStateException("HTTP is not served by " + HttpConnections.class.getName());
        }
    }

    private static final class Door extends NioEndpoint {
        private volatile @Nullable ConnectionSettings settings;
        private volatile @Nullable Counter refused;

        int count() {
            return connections.size();
        }

        /// @return false when the connection was closed
        @Override
        protected boolean setSocketOptions(SocketChannel accepted) {
            ConnectionSettings limits = settings;
            if (limits != null && isTooMany(accepted, limits)) {
                Counter counter = refused;
                if (counter != null) {
                    counter.increment();
                }
                destroySocket(accepted);
                return false;
            }
            return super.setSocketOptions(accepted);
        }

        private boolean isTooMany(SocketChannel accepted, ConnectionSettings limits) {
            if (connections.size() >= limits.httpMax()) {
                return true;
            }
            if (connections.size() < limits.perAddressMax()) {
                return false;
            }
            try {
                // On the accepting thread alone, and only when there are that many.
                return accepted.getRemoteAddress() instanceof InetSocketAddress address
                        && ofAddress(address) >= limits.perAddressMax();
            } catch (IOException gone) {
                return true;
            }
        }

        private long ofAddress(InetSocketAddress address) {
            String host = address.getAddress().getHostAddress();
            return connections.values().stream()
                    .filter(connection -> host.equals(connection.getRemoteAddr()))
                    .count();
        }
    }
}
