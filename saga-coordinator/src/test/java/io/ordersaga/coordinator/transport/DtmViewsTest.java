package io.ordersaga.coordinator.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.Sagas;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What `/query` and `/all` show beside the fields that DTM's clients test.
class DtmViewsTest {

    @Test
    void aParkedSagaKeepsItsStatusAndSaysWhyBesideIt() {
        Engine engine = new Engine(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), 1));
        Saga saga = Saga.fresh(Sagas.ofSteps(1), Sagas.NOON);

        assertThat(view(saga).has("parked")).isFalse();
        JsonNode parked = view(engine.parkFor(saga, "never answered").saga());
        assertThat(parked.path("status").asString()).isEqualTo("submitted");
        assertThat(parked.path("parked").asString()).isEqualTo("never answered");
    }

    @Test
    void aConcurrentSagaShowsItsOrdersAsTheyWereGiven() {
        SagaDefinition graph = Sagas.ofOrders(3, Map.of(2, Set.of(0, 1)));
        JsonNode view = view(Saga.fresh(graph, Sagas.NOON));

        assertThat(view.path("concurrent").asBoolean()).isTrue();
        assertThat(view.path("custom_data").asString()).isEqualTo("{\"concurrent\":true,\"orders\":{\"2\":[0,1]}}");
        assertThat(view.path("options").asString()).contains("\"concurrent\":true");
        assertThat(view(Saga.fresh(Sagas.ofSteps(3), Sagas.NOON)).has("custom_data"))
                .isFalse();
    }

    private static JsonNode view(Saga saga) {
        return DtmViews.transaction(
                new StoredSaga(1, saga, Sagas.NOON, Sagas.NOON, Optional.empty(), Optional.empty()));
    }
}
