package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrderStateTest {
    /// Whoever changes the table changes what every client may see; the page that says so is compared to
    /// the letter.
    @Test
    void tableOfLegalChangesIsTheDocumentedOne() throws IOException {
        assertThat(Files.readString(Path.of(System.getProperty("ordersaga.root", ".."), "docs", "orders.md")))
                .contains(OrderState.render());
    }

    @ParameterizedTest
    @EnumSource
    void predecessorsAreTheOtherSideOfSuccessors(OrderState from) {
        for (OrderState to : OrderState.values()) {
            assertThat(to.predecessors().contains(from)).isEqualTo(from.canBecome(to));
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsAreWhereOnlyARefundLeadsOn(OrderState state) {
        assertThat(state.isEnd())
                .isEqualTo(state.successors().stream().allMatch(next -> next == OrderState.REFUNDING)
                        && state != OrderState.PAID);
    }
}
