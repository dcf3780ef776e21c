package io.ordersaga.coordinator.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Which addresses branches may have. Submitters choose them, so without a list anybody who may submit could make the
/// coordinator call whatever it can reach.
///
/// A host is compared as text, so that no second reading of it can lead elsewhere: what is not written exactly as in
/// the list is refused. Names under a wildcard are not known beforehand, so they must not resolve to this machine or
/// its link.
///
/// @param enforced false allows everything, and is refused outside the profile `dev`
/// @param targets `scheme://host:port` with the scheme `grpc`, `http` or `https`; the host may begin with `*.`, and the
///     port may be `*`
public record AllowList(
        @DefaultValue("true") boolean enforced,
        @DefaultValue List<String> targets) {

    private static final int PORT_MAX = 65_535;

    public AllowList {
        targets = List.copyOf(targets);
        for (String target : targets) {
            if (Entry.parse(target).isEmpty()) {
                throw new IllegalArgumentException("ordersaga.coordinator.allowed.targets has '" + target
                        + "', which is no scheme://host:port with scheme grpc, http or https");
            }
        }
    }

    /// Where a branch is.
    record Address(String scheme, String host, int port) {}

    private record Entry(String scheme, String host, int port) {

        private static final int ANY_PORT = -1;

        static Optional<Entry> parse(String text) {
            int scheme = text.indexOf("://");
            int port = text.lastIndexOf(':');
            if (scheme < 0 || port <= scheme + 3) {
                return Optional.empty();
            }
            String host = text.substring(scheme + 3, port);
            String number = text.substring(port + 1);
            String name = text.substring(0, scheme);
            boolean isScheme = List.of("grpc", "http", "https").contains(name);
            boolean isPort =
                    number.equals("*") || (number.matches("[0-9]{1,5}") && Integer.parseInt(number) <= PORT_MAX);
            boolean isHost = isHost(host.startsWith("*.") ? host.substring(2) : host);
            return isScheme && isPort && isHost
                    ? Optional.of(new Entry(name, host, number.equals("*") ? ANY_PORT : Integer.parseInt(number)))
                    : Optional.empty();
        }

        boolean allows(Address address) {
            return scheme.equals(address.scheme())
                    && (port == ANY_PORT || port == address.port())
                    && (isWildcard() ? address.host().endsWith(host.substring(1)) : host.equals(address.host()));
        }

        boolean isWildcard() {
            return host.startsWith("*.");
        }
    }

    /// Lower case, without anything that one reader may take for a part of a host and another not.
    static boolean isHost(String host) {
        boolean isIpv6 = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
        String inner = isIpv6 ? host.substring(1, host.length() - 1) : host;
        String allowed = isIpv6 ? "0123456789abcdef:." : "abcdefghijklmnopqrstuvwxyz0123456789.-_";
        return !inner.isEmpty()
                && inner.chars().allMatch(character -> allowed.indexOf(character) >= 0)
                && (isIpv6 || !(inner.startsWith(".") || inner.endsWith(".") || inner.contains("..")));
    }

    /// The list, read once. Thread-safe.
    Rules rules(Resolver resolver) {
        List<Entry> entries = new ArrayList<>();
        targets.forEach(target -> Entry.parse(target).ifPresent(entries::add));
        return new Rules(enforced, List.copyOf(entries), resolver);
    }

    static final class Rules {

        private final boolean enforced;
        private final List<Entry> entries;
        private final Resolver resolver;

        private Rules(boolean enforced, List<Entry> entries, Resolver resolver) {
            this.enforced = enforced;
            this.entries = entries;
            this.resolver = resolver;
        }

        /// Whether the list has the address. Reaches no network.
        boolean allows(Address address) {
            return !enforced || (isHost(address.host()) && entries.stream().anyMatch(entry -> entry.allows(address)));
        }

        /// Whether the list has the address itself, and not only a wildcard that it falls under.
        boolean allowsByName(Address address) {
            return !enforced || entries.stream().anyMatch(entry -> !entry.isWildcard() && entry.allows(address));
        }

        /// Where an address under a wildcard may be called now, by one look-up: whoever calls must use this answer,
        /// for the next one may be another. Empty when it may not, or stands in the list by itself.
        Optional<InetAddress> outside(Address address) {
            return allows(address) ? firstOutside(address.host()) : Optional.empty();
        }

        private Optional<InetAddress> firstOutside(String host) {
            try {
                List<InetAddress> found = resolver.resolve(host);
                boolean isOutside = !found.isEmpty() && found.stream().noneMatch(Rules::isInside);
                return isOutside ? Optional.of(found.getFirst()) : Optional.empty();
            } catch (UnknownHostException unknown) {
                return Optional.empty();
            }
        }

        private static boolean isInside(InetAddress address) {
            boolean isUniqueLocal = address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
            return address.isLoopbackAddress()
                    || address.isLinkLocalAddress()
                    || address.isAnyLocalAddress()
                    || address.isMulticastAddress()
                    || isUniqueLocal;
        }
    }
}
