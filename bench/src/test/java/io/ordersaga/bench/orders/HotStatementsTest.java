package io.ordersaga.bench.orders;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HotStatementsTest {
    @Test
    void statementsThatDifferOnlyInTheirValuesHaveOneShape() {
        String one = "SELECT a\n  FROM t\n WHERE id = 'it''s' AND n IN ('a','b', 'c') AND m > 17";
        String other = "SELECT a FROM t WHERE id = '\\'' AND n IN ('x') AND m > 1.5";

        assertThat(HotStatements.shape(one))
                .isEqualTo(HotStatements.shape(other))
                .isEqualTo("SELECT a FROM t WHERE id = ? AND n IN (?...) AND m > ?");
    }
}
