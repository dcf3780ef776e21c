package io.ordersaga.coordinator.admin.topic;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.admin.query.Masking;
import io.ordersaga.coordinator.admin.query.PageTokens;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.TopicStore;
import io.ordersaga.coordinator.engine.TopicStore.Entry;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.saga.v1.DeleteTopicRequest;
import io.ordersaga.saga.v1.DeleteTopicResponse;
import io.ordersaga.saga.v1.GetTopicRequest;
import io.ordersaga.saga.v1.KeyValue;
import io.ordersaga.saga.v1.ListKeyValuesRequest;
import io.ordersaga.saga.v1.ListKeyValuesResponse;
import io.ordersaga.saga.v1.ListTopicsRequest;
import io.ordersaga.saga.v1.ListTopicsResponse;
import io.ordersaga.saga.v1.SubscribeRequest;
import io.ordersaga.saga.v1.Topic;
import io.ordersaga.saga.v1.TopicServiceGrpc;
import io.ordersaga.saga.v1.UnsubscribeRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// `saga.v1.TopicService`: topics as DTM's clients have them, with DTM's rules.
public final class TopicEndpoint extends TopicServiceGrpc.TopicServiceImplBase {

    private static final int PAGE_SIZE = 50;

    private final TopicStore store;
    private final Desk desk;
    private final Masking masking;
    private final PageTokens tokens;
    private final ErrorDomain domain;

    /// Changes of topics, under the rules that DTM's clients meet, too. Each throws [InvalidSagaException].
    public interface Desk {

        void subscribe(String topic, String url, String remark);

        void unsubscribe(String topic, String url);

        /// Removes a topic with all its subscribers; false when there was none.
        boolean delete(String topic);
    }

    public TopicEndpoint(TopicStore store, Desk desk, Masking masking, ErrorDomain domain) {
        this.store = store;
        this.desk = desk;
        this.masking = masking;
        this.tokens = new PageTokens(domain);
        this.domain = domain;
    }

    @Override
    public void listTopics(ListTopicsRequest request, StreamObserver<ListTopicsResponse> responses) {
        String question = "topics";
        int size = size(request.getPageSize());
        List<Entry> entries = page(TopicStore.TOPICS, question, request.getPageToken(), size);
        ListTopicsResponse.Builder page = ListTopicsResponse.newBuilder();
        entries.stream().limit(size).forEach(entry -> page.addTopics(topic(entry)));
        if (entries.size() > size) {
            page.setNextPageToken(
                    tokens.token(question, String.valueOf(entries.get(size - 1).id())));
        }
        responses.onNext(page.build());
        responses.onCompleted();
    }

    @Override
    public void getTopic(GetTopicRequest request, StreamObserver<Topic> responses) {
        responses.onNext(topic(request.getName()));
        responses.onCompleted();
    }

    @Override
    public void subscribe(SubscribeRequest request, StreamObserver<Topic> responses) {
        responses.onNext(changed(request.getName(), () -> {
            desk.subscribe(request.getName(), request.getUrl(), request.getRemark());
            return topic(request.getName());
        }));
        responses.onCompleted();
    }

    @Override
    public void unsubscribe(UnsubscribeRequest request, StreamObserver<Topic> responses) {
        responses.onNext(changed(request.getName(), () -> {
            desk.unsubscribe(request.getName(), meant(request.getName(), request.getUrl()));
            return topic(request.getName());
        }));
        responses.onCompleted();
    }

    /// Of an address as it is shown, the one that it is; of several that look alike, none is meant.
    private String meant(String topic, String shown) {
        List<String> alike = store.subscribers(topic).stream()
                .map(TopicStore.Subscriber::url)
                .filter(url -> masking.url(url).equals(shown))
                .toList();
        return alike.size() == 1 ? alike.getFirst() : shown;
    }

    @Override
    public void deleteTopic(DeleteTopicRequest request, StreamObserver<DeleteTopicResponse> responses) {
        if (!changed(request.getName(), () -> desk.delete(request.getName()))) {
            throw unknown(request.getName());
        }
        responses.onNext(DeleteTopicResponse.getDefaultInstance());
        responses.onCompleted();
    }

    @Override
    public void listKeyValues(ListKeyValuesRequest request, StreamObserver<ListKeyValuesResponse> responses) {
        String category = request.getCategory().isEmpty() ? TopicStore.TOPICS : request.getCategory();
        String question = "key-values " + category;
        int size = size(request.getPageSize());
        List<Entry> entries = page(category, question, request.getPageToken(), size);
        ListKeyValuesResponse.Builder page = ListKeyValuesResponse.newBuilder();
        entries.stream().limit(size).forEach(entry -> page.addEntries(keyValue(entry)));
        if (entries.size() > size) {
            page.setNextPageToken(
                    tokens.token(question, String.valueOf(entries.get(size - 1).id())));
        }
        responses.onNext(page.build());
        responses.onCompleted();
    }

    /// One more than there is room for, when there are more.
    private List<Entry> page(String category, String question, String token, int size) {
        long before = tokens.number(question, token).orElse(Long.MAX_VALUE);
        return store.list(category, before, size + 1);
    }

    private <T> T changed(String name, Supplier<T> change) {
        try {
            return change.get();
        } catch (InvalidSagaException invalid) {
            throw store.find(TopicStore.TOPICS, name).isEmpty()
                            && invalid.field().equals("topic")
                    ? unknown(name)
                    : domain.invalidField(
                            invalid.field().equals("topic") ? "name" : invalid.field(), invalid.description());
        }
    }

    private Topic topic(String name) {
        return store.find(TopicStore.TOPICS, name).map(this::topic).orElseThrow(() -> unknown(name));
    }

    private Topic topic(Entry entry) {
        Topic.Builder topic = Topic.newBuilder()
                .setName(entry.key())
                .setVersion(entry.version())
                .setCreateTime(timestamp(entry.createTime()))
                .setUpdateTime(timestamp(entry.updateTime()));
        store.subscribers(entry.key())
                .forEach(subscriber -> topic.addSubscribers(Topic.Subscriber.newBuilder()
                        .setUrl(masking.url(subscriber.url()))
                        .setRemark(subscriber.remark())));
        return topic.build();
    }

    private KeyValue keyValue(Entry entry) {
        return KeyValue.newBuilder()
                .setCategory(entry.category())
                .setKey(entry.key())
                .setValue(masking.text(entry.value()))
                .setVersion(entry.version())
                .setCreateTime(timestamp(entry.createTime()))
                .setUpdateTime(timestamp(entry.updateTime()))
                .build();
    }

    private RefusalException unknown(String name) {
        return domain.refusal(
                Status.Code.NOT_FOUND, "TOPIC_NOT_FOUND", "there is no topic " + name, Map.of("topic", name));
    }

    private static int size(int wanted) {
        return wanted == 0 ? PAGE_SIZE : wanted;
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
