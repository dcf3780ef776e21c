package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderFilterTest {
    @Test
    void nothingFiltersNothing() {
        assertThat(OrderFilter.parse("")).isEqualTo(OrderFilter.ALL);
        assertThat(OrderFilter.parse("  ")).isEqualTo(OrderFilter.ALL);
    }

    @Test
    void comparisonsAreJoined() {
        OrderFilter filter = OrderFilter.parse(
                "state=PAID AND user_id = \"u-1\" AND create_time >= \"2026-11-21T08:00:00Z\" AND create_time<2026-11-22T08:00:00+08:00");
        assertThat(filter)
                .isEqualTo(new OrderFilter(
                        Optional.of(OrderState.PAID),
                        Optional.of("u-1"),
                        Optional.of(Instant.parse("2026-11-21T08:00:00Z")),
                        Optional.of(Instant.parse("2026-11-22T00:00:00Z"))));
    }

    @Test
    void boundsAreWholeMillisecondsAndTheNarrowestCount() {
        assertThat(OrderFilter.parse("create_time > 2026-11-21T08:00:00.0001Z").from())
                .contains(Instant.parse("2026-11-21T08:00:00.001Z"));
        assertThat(OrderFilter.parse("create_time > 2026-11-21T08:00:00Z").from())
                .contains(Instant.parse("2026-11-21T08:00:00.001Z"));
        assertThat(OrderFilter.parse("create_time <= 2026-11-21T08:00:00Z").before())
                .contains(Instant.parse("2026-11-21T08:00:00.001Z"));
        assertThat(OrderFilter.parse("create_time >= 2026-11-21T08:00:00Z AND create_time >= 2026-11-20T08:00:00Z")
                        .from())
                .contains(Instant.parse("2026-11-21T08:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state",
                "state =",
                "state = NONSENSE",
                "state != PAID",
                "state > PAID",
                "state = PAID AND state = PAID",
                "state = PAID OR state = SHIPPED",
                "user_id = \"a b\"",
                "user_id = \"' OR ''='\"",
                "create_time = 2026-11-21T08:00:00Z",
                "create_time > yesterday",
                "create_time > 0001-01-01T00:00:00Z",
                "create_time < 9999-12-31T23:59:59.9999Z",
                "total = 1",
                "AND",
                "state = PAID AND "
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> OrderFilter.parse(text)).hasMessageStartingWith("filter: ");
    }
}
