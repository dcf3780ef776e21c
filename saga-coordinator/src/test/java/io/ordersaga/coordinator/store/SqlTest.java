package io.ordersaga.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coordinator.engine.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SUBMITTED",
                "dns:///shop:1/a.B/Do",
                "http://h_o-s.t:80/p",
                "[{\"step\":1,\"op\":\"action\"}]"
            })
    void plainTextsAreQuoted(String text) {
        assertThat(new Sql("").text(text)).hasToString("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"it's", "back\\slash", "new\nline", "nul\0", "what?", "50%", "caf\u00e9", "a;b", "a#b", "a*b"})
    void nothingElseReachesTheStatementAsItIs(String text) {
        String sql = new Sql("").text(text).toString();
        assertThat(sql).matches("CONVERT\\(X'[0-9A-F]*' USING utf8mb4\\)");
        String digits = sql.substring("CONVERT(X'".length(), sql.indexOf("' USING"));
        assertThat(HexFormat.of().parseHex(digits)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aStatementGrowsAsItHasTo() {
        Sql sql = new Sql("SELECT ");
        for (int each = 0; each < 1_000; each++) {
            sql.bytes(Bytes.of("\u00ff")).add(",").number(-each).add(",");
        }
        sql.maybeNumber(Optional.empty())
                .add(",")
                .maybeText(Optional.of("x"))
                .add(",")
                .maybeBytes(Optional.empty());
        sql.add(",").instant(Instant.parse("2026-11-21T20:55:57.107626Z"));
        assertThat(sql.toString())
                .startsWith("SELECT X'C3BF',0,X'C3BF',-1,")
                .endsWith(",X'C3BF',-999,NULL,'x',NULL,TIMESTAMP'2026-11-21 20:55:57.107626'");
    }

    @Test
    void whatIsNoAsciiIsNoStatement() {
        assertThatThrownBy(() -> new Sql("SELECT '\u00e9'")).hasMessageContaining("ASCII");
    }
}
