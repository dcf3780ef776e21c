package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.transport.AllowList.Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/// Whether an address can and may be called. Thread-safe.
final class BranchUrls {

    private static final String DNS = "dns:///";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final AllowList.Rules allowed;
    /// Whether an address stands in the list itself: what every call asks.
    private final UrlMemory<Boolean> named = new UrlMemory<>(this::isNamed);
    private final int lengthMax;

    BranchUrls(AllowList allowed, int lengthMax) {
        this(allowed, lengthMax, Resolver.SYSTEM);
    }

    BranchUrls(AllowList allowed, int lengthMax, Resolver resolver) {
        this.allowed = allowed.rules(resolver);
        this.lengthMax = lengthMax;
    }

    /// An empty one is never called.
    ///
    /// @throws InvalidSagaException when the transaction's protocol cannot call it, or it is not on
    ///     the list
    void check(String field, String url, Protocol protocol) {
        if (url.length() > lengthMax) {
            throw new InvalidSagaException(
                    field, "has " + url.length() + " characters, at most " + lengthMax + " are allowed");
        }
        if (url.isEmpty()) {
            return;
        }
        Address address = address(url, protocol)
                .orElseThrow(() -> new InvalidSagaException(
                        field,
                        switch (protocol.of(url)) {
                            case HTTP, JSON_RPC -> "must be a URL with http:// or https:// and without a fragment";
                            case GRPC ->
                                "must be host:port/package.Service/Method, dns:///... before it if need be, or an "
                                        + "http:// or https:// URL";
                        }));
        if (!allowed.allows(address)) {
            throw new InvalidSagaException(field, "is no address that branches may have");
        }
    }

    /// An address of either kind.
    void checkAny(String field, String url) {
        check(field, url, Protocol.GRPC);
    }

    /// Whether it may be called without a look-up: it stands in the list by itself.
    boolean mayCallByName(String url) {
        return named.of(url);
    }

    /// Where it may be called now although it does not stand in the list by itself; empty when it may not be. Looks its
    /// host up.
    Optional<InetAddress> addressOutside(String url, Protocol protocol) {
        return address(url, protocol).flatMap(allowed::outside);
    }

    private boolean isNamed(String url) {
        return address(url, Protocol.GRPC).filter(allowed::allowsByName).isPresent();
    }

    static Optional<Address> address(String url, Protocol protocol) {
        return switch (protocol.of(url)) {
            case HTTP, JSON_RPC -> http(url);
            case GRPC -> GrpcAddress.parse(url).map(BranchUrls::grpc);
        };
    }

    private static Address grpc(GrpcAddress address) {
        String target = address.target().startsWith(DNS) ? address.target().substring(DNS.length()) : address.target();
        int port = target.lastIndexOf(':');
        return new Address(
                "grpc",
                target.substring(0, port).toLowerCase(Locale.ROOT),
                Integer.parseInt(target.substring(port + 1)));
    }

    private static Optional<Address> http(String url) {
        try {
            URI uri = new URI(url);
            boolean isHttp = url.startsWith("http://") || url.startsWith("https://");
            if (!isHttp || uri.getHost() == null || uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
                return Optional.empty();
            }
            int own = uri.getScheme().equals("https") ? HTTPS_PORT : HTTP_PORT;
            return Optional.of(new Address(
                    uri.getScheme(), uri.getHost().toLowerCase(Locale.ROOT), uri.getPort() < 0 ? own : uri.getPort()));
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }
}
