package io.ordersaga.coordinator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Errors of one kind, and what people look transactions up by.
class ErrorFingerprintTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UNAVAILABLE: io exception 10.0.3.7:8080|UNAVAILABLE: io exception #",
                "order 4711 of user 12 failed|order # of user # failed",
                "at 2026-11-21T10:02:11.123Z it broke|at # it broke",
                "10:02:11 it broke|# it broke",
                "trace 4bf92f3577b34da6a3ce929d0e0e4736 lost|trace # lost",
                "id 123e4567-e89b-12d3-a456-426614174000 lost|id # lost",
                "HTTP 503: try in 17 s|HTTP 503: try in # s",
                "connect to [fe80::1:2]:80 failed|connect to # failed",
                "decade of defaced facades|decade of defaced facades"
            })
    void whatDiffersFromCallToCallIsLeftOut(String error, String pattern) {
        assertThat(ErrorFingerprint.pattern(error)).isEqualTo(pattern);
    }

    @Test
    void nodesAndNumbersDoNotMatterButKindsDo() {
        String one = ErrorFingerprint.of("http://10.0.3.7:80/stock/deduct?gid=a", "HTTP 503: busy 14 s");

        assertThat(one).matches("[0-9a-f]{16}");
        assertThat(ErrorFingerprint.of("http://stock-2:8081/stock/deduct?gid=b", "HTTP 503: busy 9 s"))
                .isEqualTo(one);
        assertThat(ErrorFingerprint.of("http://10.0.3.7:80/stock/deduct", "HTTP 500: busy 14 s"))
                .isNotEqualTo(one);
        assertThat(ErrorFingerprint.of("http://10.0.3.7:80/stock/restore", "HTTP 503: busy 14 s"))
                .isNotEqualTo(one);
        assertThat(ErrorFingerprint.of("dns:///h:1/S/M", "x")).isEqualTo(ErrorFingerprint.of("h2:2/S/M", "x"));
    }

    @Test
    void aLongErrorIsReadAsFarAsItTellsItsKind() {
        assertThat(ErrorFingerprint.pattern("1".repeat(100_000))).isEqualTo("#");
        assertThat(ErrorFingerprint.of("h/p", "a:".repeat(100_000) + "1"))
                .isEqualTo(ErrorFingerprint.of("h/p", "a:".repeat(100_000) + "2"));
    }

    @Test
    void labelsComeWithHeadersAndAreBounded() {
        TreeMap<String, String> headers = new TreeMap<>(
                Map.of("saga-business-key", "order:1", "saga-tag-user", "7", "saga-tag-empty", "", "traceparent", "x"));
        assertThat(Labels.of(headers)).isEqualTo(new Labels("order:1", new TreeMap<>(Map.of("user", "7"))));
        assertThat(Labels.of(new TreeMap<>(Map.of("traceparent", "x"))).isEmpty())
                .isTrue();

        for (int tag = 0; tag <= Labels.TAGS_MAX; tag++) {
            headers.put("saga-tag-" + tag, "x");
        }
        Assertions.assertThatThrownBy(() -> Labels.of(headers)).isInstanceOf(InvalidSagaException.class);
        Assertions.assertThatThrownBy(() -> Labels.of(new TreeMap<>(Map.of("saga-business-key", "x".repeat(129)))))
                .hasMessageContaining("at most 128");
        Assertions.assertThatThrownBy(() -> Labels.of(new TreeMap<>(Map.of("saga-tag-" + "n".repeat(33), "x"))))
                .hasMessageContaining("at most 32");
    }
}
