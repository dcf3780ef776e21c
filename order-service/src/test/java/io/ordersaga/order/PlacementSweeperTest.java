package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Orders are overdue after 30 s; a sweep takes at most three of them.
@DatabaseTest
class PlacementSweeperTest {
    private final OrderParts parts;

    PlacementSweeperTest(TestDatabase database) {
        parts = new OrderParts(database);
    }

    @AfterEach
    void stop() {
        parts.close();
    }

    @Test
    void overdueOrderIsSubmittedAgainAsItWas() {
        Order order = Orders.placingWithCoupon("A");
        parts.table.insert(order);
        parts.coordinator.submit(parts.placeOrder.saga(order));
        parts.clock.advance(Duration.ofMillis(30_001));
        parts.sweeper.sweep();
        assertThat(parts.submissions()).hasSize(2);
        assertThat(parts.submissions().get(1)).isEqualTo(parts.submissions().get(0));
        assertThat(parts.table.findState("A")).contains(OrderState.PLACING);
    }

    @Test
    void youngOrderIsLeftAlone() {
        parts.table.insert(Orders.placing("A"));
        parts.clock.advance(Duration.ofSeconds(30));
        parts.sweeper.sweep();
        assertThat(parts.submissions()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"AWAITING_PAYMENT", "REJECTED"})
    void endedOrderIsLeftAlone(OrderState state) {
        parts.table.insert(Orders.placing("A"));
        if (state == OrderState.AWAITING_PAYMENT) {
            parts.table.confirm("A", Orders.NOW);
        } else {
            parts.table.reject("A", Orders.OUT_OF_STOCK, Orders.NOW);
        }
        parts.clock.advance(Duration.ofHours(1));
        parts.sweeper.sweep();
        assertThat(parts.submissions()).isEmpty();
    }

    @Test
    void batchIsBoundedAndEveryOrderGetsItsTurn() {
        for (int i = 0; i < 5; i++) {
            parts.table.insert(Orders.placing("B" + i));
        }
        parts.clock.advance(Duration.ofMinutes(1));
        parts.sweeper.sweep();
        assertThat(parts.submissions()).hasSize(3);
        parts.sweeper.sweep();
        assertThat(parts.submissions().stream().map(DtmRequest::getGid))
                .containsExactlyInAnyOrder("place-B0", "place-B1", "place-B2", "place-B3", "place-B4");
        parts.sweeper.sweep();
        assertThat(parts.submissions()).hasSize(5);
    }

    @Test
    void rolledBackSagaRejectsItsOrder() {
        refuseWith(Status.ABORTED
                .withDescription("current status 'failed', cannot sumbmit. FAILURE")
                .asException());
        sweepOverdueOrder();
        Order order = parts.table.find("A").orElseThrow();
        assertThat(order.state()).isEqualTo(OrderState.REJECTED);
        assertThat(order.rejection().orElseThrow().reason()).isEqualTo("SAGA_ROLLED_BACK");
        assertThat(order.rejection().orElseThrow().domain()).isEqualTo("order.ordersaga");
        parts.clock.advance(Duration.ofHours(1));
        parts.sweeper.sweep();
        assertThat(parts.submissions()).hasSize(1);
    }

    @Test
    void rolledBackSagaRejectsItsOrderWithTheReasonThatTheCoordinatorPassesOn() {
        refuseWith(aborted("stock.ordersaga", "OUT_OF_STOCK"));
        sweepOverdueOrder();
        Rejection rejection = parts.table.find("A").orElseThrow().rejection().orElseThrow();
        assertThat(rejection.domain()).isEqualTo("stock.ordersaga");
        assertThat(rejection.reason()).isEqualTo("OUT_OF_STOCK");
    }

    @Test
    void coordinatorsOwnReasonIsNotTheOrders() {
        refuseWith(aborted("saga.ordersaga", "SAGA_FINISHED"));
        sweepOverdueOrder();
        assertThat(parts.table.find("A").orElseThrow().rejection().orElseThrow().reason())
                .isEqualTo("SAGA_ROLLED_BACK");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "current status 'aborting', cannot sumbmit. FAILURE",
                "current status 'succeed', cannot sumbmit. FAILURE",
                "another saga has this gid",
                ""
            })
    void sagaThatGoesOnOrSucceededRejectsNothing(String words) {
        refuseWith(Status.ABORTED.withDescription(words).asException());
        sweepOverdueOrder();
        assertThat(parts.table.findState("A")).contains(OrderState.PLACING);
    }

    @Test
    void sagaThatEndedWhileItWasAskedForDecides() {
        parts.shop.coordinator(call -> {
            parts.table.confirm("A", Orders.NOW);
            throw Status.ABORTED
                    .withDescription("current status 'failed', cannot sumbmit. FAILURE")
                    .asException();
        });
        sweepOverdueOrder();
        assertThat(parts.table.findState("A")).contains(OrderState.AWAITING_PAYMENT);
    }

    @Test
    void sweepEndsWhenTheCoordinatorIsDownAndTheOrdersGetAnotherTurn() {
        for (int i = 0; i < 3; i++) {
            parts.table.insert(Orders.placing("B" + i));
        }
        refuseWith(Status.UNAVAILABLE.asException());
        parts.clock.advance(Duration.ofMinutes(1));
        parts.sweeper.sweep();
        assertThat(parts.submissions()).hasSize(1);
        parts.shop.coordinator(call -> new byte[0]);
        parts.clock.advance(Duration.ofMinutes(1));
        parts.sweeper.sweep();
        assertThat(parts.submissions()).hasSize(4);
    }

    @Test
    void orderThatTheCoordinatorChokesOnDoesNotStopTheOthers() {
        for (int i = 0; i < 3; i++) {
            parts.table.insert(Orders.placing("B" + i));
        }
        refuseWith(Status.INVALID_ARGUMENT.asException());
        parts.clock.advance(Duration.ofMinutes(1));
        parts.sweeper.sweep();
        assertThat(parts.submissions()).hasSize(3);
    }

    private void sweepOverdueOrder() {
        parts.table.insert(Orders.placing("A"));
        parts.clock.advance(Duration.ofMinutes(1));
        parts.sweeper.sweep();
        assertThat(parts.submissions()).hasSize(1);
    }

    private void refuseWith(StatusException refusal) {
        parts.shop.coordinator(call -> {
            throw refusal;
        });
    }

    private static StatusException aborted(String domain, String reason) {
        return StatusProto.toStatusException(com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.ABORTED.value())
                .setMessage("current status 'failed', cannot sumbmit. FAILURE")
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setDomain(domain)
                        .setReason(reason)
                        .build()))
                .build());
    }
}
