package io.ordersaga.bench.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TimelineTest {
    @Test
    void everyLegalLifeIsAccepted() {
        assertThat(Timeline.fault(
                        events(
                                "PLACING",
                                "AWAITING_PAYMENT",
                                "CANCELLING",
                                "AWAITING_PAYMENT",
                                "PAID",
                                "PAID",
                                "SHIPPED",
                                "COMPLETED",
                                "REFUNDING",
                                "COMPLETED",
                                "REFUNDING",
                                "REFUNDED"),
                        "REFUNDED"))
                .isEmpty();
        assertThat(Timeline.fault(events("PLACING", "REJECTED"), "REJECTED")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', PAID, 'ends with nothing, and the order is PAID'",
        "AWAITING_PAYMENT, AWAITING_PAYMENT, 'begins with CREATED  -> AWAITING_PAYMENT'",
        "PLACING PAID CANCELLED, CANCELLED, 'goes on from PAID with E PAID -> CANCELLED'",
        "PLACING AWAITING_PAYMENT, PAID, 'ends with AWAITING_PAYMENT, and the order is PAID'",
    })
    void whatCannotHappenIsTold(String states, String state, String fault) {
        JsonNode events = events(states.isEmpty() ? new String[0] : states.split(" ", -1));

        assertThat(Timeline.fault(events, state)).hasValue(fault);
    }

    @Test
    void aGapBetweenTwoEventsIsTold() {
        JsonNode events = JsonMapper.shared().readTree("""
                [{"type":"CREATED","toState":"PLACING"},
                 {"type":"PAID","fromState":"AWAITING_PAYMENT","toState":"PAID"}]
                """);

        assertThat(Timeline.fault(events, "PAID")).hasValue("goes on from PLACING with PAID AWAITING_PAYMENT -> PAID");
    }

    private static JsonNode events(String... states) {
        String[] before = new String[1];
        return JsonMapper.shared()
                .readTree(Arrays.stream(states)
                        .map(state -> {
                            String event = before[0] == null
                                    ? "{\"type\":\"CREATED\",\"toState\":\"%s\"}".formatted(state)
                                    : "{\"type\":\"E\",\"fromState\":\"%s\",\"toState\":\"%s\"}"
                                            .formatted(before[0], state);
                            before[0] = state;
                            return event;
                        })
                        .collect(Collectors.joining(",", "[", "]")));
    }
}
