package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.engine.TopicStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// Topics in MySQL or MariaDB. Nothing is kept in memory: who subscribes is heard by the next message, whichever
/// coordinator takes it.
public final class JdbiTopicStore implements TopicStore {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    /// Each loses only to another that won.
    private static final int TRIES_MAX = 100;

    private final KeptValueTable table;

    public JdbiTopicStore(Jdbi jdbi) {
        this.table = SagaTypes.register(jdbi).onDemand(KeptValueTable.class);
    }

    @Override
    public void change(String topic, Change change) {
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
            if (tryToChange(topic, change)) {
                return;
            }
        }
        throw new StoreUnavailableException("the topic is changed by too many at once", null);
    }

    private boolean tryToChange(String topic, Change change) {
        Bytes category = Bytes.of(TOPICS);
        Bytes name = Bytes.of(topic);
        Optional<KeptValueTable.Row> row = JdbiSagaStore.answered(() -> table.find(category, name));
        String value = text(change.of(row.map(JdbiTopicStore::subscribers).orElse(List.of())));
        return row.isPresent()
                ? JdbiSagaStore.answered(
                        () -> table.update(row.get().id(), row.get().version(), value))
                : JdbiSagaStore.answered(() -> table.insert(category, name, value)) == 1;
    }

    @Override
    public boolean delete(String topic) {
        return JdbiSagaStore.answered(() -> table.delete(Bytes.of(TOPICS), Bytes.of(topic)));
    }

    @Override
    public List<Subscriber> subscribers(String topic) {
        return JdbiSagaStore.answered(() -> table.find(Bytes.of(TOPICS), Bytes.of(topic)))
                .map(JdbiTopicStore::subscribers)
                .orElse(List.of());
    }

    @Override
    public Optional<Entry> find(String category, String key) {
        return JdbiSagaStore.answered(() -> table.find(Bytes.of(category), Bytes.of(key)))
                .map(JdbiTopicStore::entry);
    }

    @Override
    public List<Entry> list(String category, long beforeId, int limit) {
        return JdbiSagaStore.answered(() -> table.list(Bytes.of(category), beforeId, limit)).stream()
                .map(JdbiTopicStore::entry)
                .toList();
    }

    private static Entry entry(KeptValueTable.Row row) {
        return new Entry(
                row.id(),
                row.category().toText(),
                row.name().toText(),
                row.value(),
                row.version(),
                row.createTime(),
                row.updateTime());
    }

    private static List<Subscriber> subscribers(KeptValueTable.Row row) {
        try {
            List<Subscriber> subscribers = new ArrayList<>();
            for (JsonNode subscriber : JSON.readTree(row.value())) {
                subscribers.add(new Subscriber(
                        subscriber.path("url").asString(""),
                        subscriber.path("remark").asString("")));
            }
            return subscribers;
        } catch (JacksonException malformed) {
            throw new StoreUnavailableException("topic row " + row.id() + " holds no JSON", malformed);
        }
    }

    private static String text(List<Subscriber> subscribers) {
        ArrayNode array = JSON.createArrayNode();
        for (Subscriber subscriber : subscribers) {
            array.addObject().put("url", subscriber.url()).put("remark", subscriber.remark());
        }
        return JSON.writeValueAsString(array);
    }
}
