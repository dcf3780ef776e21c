package io.ordersaga.kit;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Where requests may go. Whoever may name one must not thereby reach what only this program can
/// reach: the own network is refused, by the addresses a name stands for, when it is named and
/// again before each request, which then goes to one of the very addresses that were looked at.
/// Thread-safe.
public final class AddressRules {

    /// Says which addresses a name stands for.
    @FunctionalInterface
    public interface Names {
        /// Asks the name service.
        ///
        /// @return at least one
        List<InetAddress> addressesOf(String host) throws UnknownHostException;
    }

    /// Where a request to a URL may go.
    sealed interface Found {}

    /// To any of these, the first first.
    record Addresses(List<InetAddress> addresses) implements Found {}

    /// Nowhere.
    record Objection(String text) implements Found {}

    private final boolean allowHttp;
    private final boolean allowPrivate;
    private final Names names;

    /// The rules of one program.
    ///
    /// @param allowHttp whether requests may go without TLS
    /// @param allowPrivate whether they may go into the own network; only for trying things out
    public AddressRules(boolean allowHttp, boolean allowPrivate) {
        this(allowHttp, allowPrivate, host -> List.of(InetAddress.getAllByName(host)));
    }

    /// The same with another name service than the system's.
    public AddressRules(boolean allowHttp, boolean allowPrivate, Names names) {
        this.allowHttp = allowHttp;
        this.allowPrivate = allowPrivate;
        this.names = names;
    }

    /// What is wrong with the text of a URL; empty when nothing is. Asks no name service.
    public Optional<String> objectionToText(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.of("is no URL");
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !(allowHttp && scheme.equals("http"))) {
            return Optional.of(allowHttp ? "must be https:// or http://" : "must be https://");
        }
        if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            return Optional.of("must name a host, and neither a user nor a fragment");
        }
        return Optional.empty();
    }

    /// What is wrong with the addresses that the URL's host stands for now; empty when nothing is.
    ///
    /// @param url one to whose text there is no objection
    public Optional<String> objectionToAddress(URI url) {
        return switch (addressesOf(url)) {
            case Addresses _ -> Optional.empty();
            case Objection(String text) -> Optional.of(text);
        };
    }

    /// The addresses that the URL's host stands for now, if a request may go to them.
    ///
    /// @param url one to whose text there is no objection
    Found addressesOf(URI url) {
        try {
            List<InetAddress> addresses = names.addressesOf(url.getHost());
            return allowPrivate || addresses.stream().allMatch(AddressRules::isPublic)
                    ? new Addresses(addresses)
                    : new Objection("must not lead into a private network");
        } catch (UnknownHostException e) {
            return new Objection("names a host that nobody knows");
        }
    }

    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        int first = Byte.toUnsignedInt(bytes[0]);
        int second = Byte.toUnsignedInt(bytes[1]);
        int third = Byte.toUnsignedInt(bytes[2]);
        if (address instanceof Inet4Address) {
            return first != 0 // this network
                    && first < 240 // reserved
                    && !(first == 100 && second >= 64 && second < 128) // carriers' own
                    && !(first == 192 && second == 0 && third == 0) // protocol assignments
                    && !(first == 198 && (second == 18 || second == 19)); // benchmarks
        }
        int fourth = Byte.toUnsignedInt(bytes[3]);
        return (first & 0xfe) != 0xfc // unique local
                && !(first == 0x20 && second == 0x02) // 6to4: an IPv4 address inside
                && !(first == 0x20 && second == 0x01 && third == 0 && fourth == 0) // Teredo: the same
                && !(first == 0x00 && second == 0x64) // NAT64: the same
                && first != 0x00; // IPv4-compatible and the like
    }
}
