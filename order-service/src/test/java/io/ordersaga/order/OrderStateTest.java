package io.ordersaga.order;

import static io.ordersaga.order.OrderState.AWAITING_PAYMENT;
import static io.ordersaga.order.OrderState.PLACING;
import static io.ordersaga.order.OrderState.REJECTED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrderStateTest {
    private record Change(OrderState from, OrderState to) {}

    private static final Set<Change> LEGAL = Set.of(
            new Change(PLACING, AWAITING_PAYMENT),
            new Change(PLACING, REJECTED),
            new Change(AWAITING_PAYMENT, REJECTED));

    @ParameterizedTest
    @EnumSource
    void exactlyTheLegalChangesAreAllowed(OrderState from) {
        for (OrderState to : OrderState.values()) {
            assertThat(from.canBecome(to)).as(from + " -> " + to).isEqualTo(LEGAL.contains(new Change(from, to)));
            assertThat(to.predecessors().contains(from)).isEqualTo(from.canBecome(to));
        }
    }
}
