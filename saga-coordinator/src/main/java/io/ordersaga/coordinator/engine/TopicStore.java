package io.ordersaga.coordinator.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Topics and their subscribers, and whatever else is kept under a category and a key. Safe for any number of
/// threads; what is changed is durable, and seen by every coordinator, when it is answered. Every method throws
/// [StoreUnavailableException] when the store does not answer.
public interface TopicStore {

    /// The category of topics.
    String TOPICS = "topics";

    /// What is kept under a key.
    ///
    /// @param value the subscribers as JSON: `[{"url":"...","remark":"..."}]`
    /// @param version 1 at first, one more with each change
    record Entry(
            long id, String category, String key, String value, long version, Instant createTime, Instant updateTime) {}

    /// Somebody who gets what is sent to a topic.
    record Subscriber(String url, String remark) {}

    /// What the subscribers become; asked again when somebody else changed them meanwhile.
    interface Change {

        /// The subscribers from now on.
        ///
        /// @param subscribers none when the topic is not known
        /// @throws InvalidSagaException when it cannot be done with these
        List<Subscriber> of(List<Subscriber> subscribers);
    }

    /// A topic comes into being with its first subscriber, and stays when the last one leaves.
    void change(String topic, Change change);

    /// Removes a topic with all its subscribers.
    ///
    /// @return whether there was one
    boolean delete(String topic);

    /// Those who get what is sent to the topic; empty when there is none of that name.
    List<Subscriber> subscribers(String topic);

    Optional<Entry> find(String category, String key);

    /// The newest first, before the given id.
    List<Entry> list(String category, long beforeId, int limit);
}
