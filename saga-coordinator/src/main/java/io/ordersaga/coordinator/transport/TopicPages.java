package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.TopicStore;
import io.ordersaga.coordinator.engine.TopicStore.Entry;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// DTM's `scanKV` and `queryKV`: topics to look at.
final class TopicPages {

    private static final int TEXT_LENGTH_MAX = 128;

    private final TopicStore store;

    TopicPages(TopicStore store) {
        this.store = store;
    }

    ServerResponse scan(ServerRequest request) {
        long limit = DtmHttp.limit(request);
        long before = DtmHttp.number(request, "position").orElse(Long.MAX_VALUE);
        List<Entry> page = store.list(text(request, "cat"), before, (int) limit);
        boolean full = page.size() == limit;
        ObjectNode body = body(page)
                .put("next_position", full ? String.valueOf(page.getLast().id()) : "");
        return HttpAnswers.answer(HttpStatus.OK, body);
    }

    ServerResponse query(ServerRequest request) {
        List<Entry> found =
                store.find(text(request, "cat"), text(request, "key")).stream().toList();
        return HttpAnswers.answer(HttpStatus.OK, body(found));
    }

    private static String text(ServerRequest request, String name) {
        String text = request.param(name).orElse("");
        if (text.length() > TEXT_LENGTH_MAX) {
            throw new InvalidSagaException(name, "must be at most " + TEXT_LENGTH_MAX + " characters long");
        }
        return text;
    }

    private static ObjectNode body(List<Entry> entries) {
        ObjectNode body = Json.object();
        ArrayNode array = body.putArray("kv");
        for (Entry entry : entries) {
            array.addObject()
                    .put("id", entry.id())
                    .put("create_time", entry.createTime().toString())
                    .put("update_time", entry.updateTime().toString())
                    .put("cat", entry.category())
                    .put("k", entry.key())
                    .put("v", entry.value())
                    .put("version", entry.version());
        }
        return body;
    }
}
