package io.ordersaga.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
    private static final AddressRules STRICT = new AddressRules(false, false);
    private static final AddressRules LAX = new AddressRules(true, true);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "127.0.0.1",
                "127.9.9.9",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "192.0.0.1",
                "198.18.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:10.0.0.1",
                "fe80::1",
                "fc00::1",
                "fd12::1",
                "ff02::1",
                "64:ff9b::a00:1",
                "2002:a00:1::",
                "2001:0:a00:1::",
                "fec0::1"
            })
    void ownNetworkIsNotPublic(String address) throws UnknownHostException {
        assertThat(AddressRules.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "100.128.0.1", "172.32.0.1", "192.1.0.1", "198.20.0.1", "2606:4700::1111"})
    void otherNetworksArePublic(String address) throws UnknownHostException {
        assertThat(AddressRules.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hooks",
                "http://example.com/",
                "ftp://example.com/",
                "file:///etc/passwd",
                "https:///path",
                "https://user:secret@example.com/",
                "https://example.com/#part",
                "https://exa mple.com/",
                "//example.com"
            })
    void badUrlIsRefused(String url) {
        assertThat(STRICT.objectionToText(url)).isPresent();
    }

    @Test
    void goodUrlIsAccepted() {
        assertThat(STRICT.objectionToText("https://example.com:8443/hooks?a=b")).isEmpty();
        assertThat(LAX.objectionToText("http://localhost:80/")).isEmpty();
        assertThat(STRICT.objectionToAddress(URI.create("https://1.1.1.1/"))).isEmpty();
        assertThat(LAX.objectionToAddress(URI.create("http://127.0.0.1/"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://2130706433/"})
    void nameOfTheOwnNetworkIsRefused(String url) {
        assertThat(STRICT.objectionToAddress(URI.create(url))).isPresent();
    }
}
