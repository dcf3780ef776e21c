package io.ordersaga.kit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// The branches of a service over HTTP, on a port of their own. How long a call may take is
/// `ordersaga.grpc.call-time-limit`, as over gRPC; the port listens where the program's other HTTP does
/// (`server.address`).
///
/// @param enabled whether there are branches over HTTP
/// @param port on which they are; 0 is any free one
/// @param bodyMax of a request; a longer one is answered 413
/// @param callsMax calls at work at once; whoever comes then is answered 503, and asked again by the
///     coordinator
/// @param connectionsMax connections at once; more wait until one is closed
/// @param idle how long a connection may be quiet, in the middle of a request too
@ConfigurationProperties(prefix = "ordersaga.branches.http", ignoreUnknownFields = false)
public record BranchHttpConfig(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("0") int port,
        @DefaultValue("256KB") DataSize bodyMax,
        @DefaultValue("200") int callsMax,
        @DefaultValue("1000") int connectionsMax,
        @DefaultValue("20s") Duration idle) {
    private static final int PORT_MAX = 65_535;
    private static final DataSize BODY_LIMIT = DataSize.ofMegabytes(16);
    private static final Duration IDLE_LIMIT = Duration.ofHours(1);

    public BranchHttpConfig {
        check(port >= 0 && port <= PORT_MAX, "port", port);
        check(bodyMax.toBytes() >= 1 && bodyMax.compareTo(BODY_LIMIT) <= 0, "body-max", bodyMax);
        check(callsMax >= 1 && callsMax <= 100_000, "calls-max", callsMax);
        check(connectionsMax >= 1 && connectionsMax <= 100_000, "connections-max", connectionsMax);
        check(idle.toMillis() >= 1 && idle.compareTo(IDLE_LIMIT) <= 0, "idle", idle);
    }

    private static void check(boolean valid, String key, Object value) {
        if (!valid) {
            throw new IllegalArgumentException("ordersaga.branches.http." + key + " must not be '" + value + "'");
        }
    }
}
