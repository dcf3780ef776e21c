package io.ordersaga.coordinator.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing but what is on the list is called, however it is written.
class AllowListTest {

    private static final AllowList LIST = new AllowList(
            true,
            List.of(
                    "grpc://stock:28282",
                    "http://shop.example:80",
                    "https://*.partner.example:443",
                    "grpc://[::1]:9000"));
    private static final BranchUrls URLS = new BranchUrls(LIST, 2048);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "stock:28282/a.B/Do",
                "dns:///stock:28282/a.B/Do",
                "STOCK:28282/a.B/Do",
                "[::1]:9000/a.B/Do",
                "http://shop.example/do?x=1",
                "http://SHOP.example:80/do",
                "https://a.partner.example/do"
            })
    void whatIsOnTheListMayBeCalled(String url) {
        assertThatCode(() -> URLS.check("url", url, Protocol.GRPC)).doesNotThrowAnyException();
    }

    static Stream<String> payloads() {
        try (var file = Objects.requireNonNull(AllowListTest.class.getResourceAsStream("forbidden-targets.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isEmpty() && !line.startsWith("# "))
                            .map(line -> line.replace("\\r", "\r")
                                    .replace("\\n", "\n")
                                    .replace("\\t", "\t")
                                    .replace("\\0", "\0"))
                            .toList()
                            .stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void nothingElseMay(String url) {
        for (Protocol protocol : Protocol.values()) {
            assertThatThrownBy(() -> URLS.check("url", url, protocol))
                    .as("%s over %s", url, protocol)
                    .isInstanceOf(InvalidSagaException.class);
            assertThat(URLS.mayCallByName(url)).isFalse();
            assertThat(URLS.addressOutside(url, protocol)).isEmpty();
        }
    }

    @Test
    void thePayloadsAreMany() {
        assertThat(payloads()).hasSizeGreaterThanOrEqualTo(150).doesNotHaveDuplicates();
    }

    /// A name under a wildcard may be anybody's, and lead anywhere.
    @Test
    void aNameUnderAWildcardThatLeadsToThisMachineIsNotCalled() {
        BranchUrls urls = new BranchUrls(new AllowList(true, List.of("http://*.localhost:80")), 2048);

        urls.check("url", "http://inside.localhost/do", Protocol.HTTP);
        assertThat(urls.mayCallByName("http://inside.localhost/do")).isFalse();
        assertThat(urls.addressOutside("http://inside.localhost/do", Protocol.HTTP))
                .isEmpty();
    }

    @Test
    void everythingMayWhenItIsNotEnforced() {
        BranchUrls urls = new BranchUrls(new AllowList(false, List.of()), 2048);

        assertThatCode(() -> urls.check("url", "http://169.254.169.254/", Protocol.HTTP))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stock:28282",
                "ftp://stock:21",
                "grpc://stock",
                "grpc://:1",
                "http://a b:80",
                "http://*:80",
                "http://a:99999",
                "http://a:80/path",
                "http://user@a:80"
            })
    void aListThatMeansNothingIsRefused(String target) {
        assertThatThrownBy(() -> new AllowList(true, List.of(target))).isInstanceOf(IllegalArgumentException.class);
    }
}
