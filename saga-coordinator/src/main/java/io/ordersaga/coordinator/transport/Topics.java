package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchLabel;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.TopicStore;
import io.ordersaga.coordinator.engine.TopicStore.Subscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Topics: names under which a message reaches whoever subscribed. The texts of refusals are DTM's.
final class Topics {

    private static final String SCHEME = "topic://";
    private static final int NAME_LENGTH_MAX = 128;
    private static final int REMARK_LENGTH_MAX = 256;

    private final TopicStore store;
    private final SagaReader reader;
    private final SubmitLimits limits;

    Topics(TopicStore store, SagaReader reader, SubmitLimits limits) {
        this.store = store;
        this.reader = reader;
        this.limits = limits;
    }

    static boolean isTopic(String url) {
        return url.startsWith(SCHEME);
    }

    static String name(String url) {
        return url.substring(SCHEME.length());
    }

    /// Equal only byte for byte, and shown to people.
    static void checkName(String field, String name) {
        if (name.isEmpty()) {
            throw new InvalidSagaException(field, "empty topic");
        }
        if (name.length() > NAME_LENGTH_MAX) {
            throw new InvalidSagaException(field, "must be at most " + NAME_LENGTH_MAX + " characters long");
        }
        if (!name.chars().allMatch(character -> character > ' ' && character <= '~')) {
            throw new InvalidSagaException(field, "must be printable ASCII without blanks");
        }
    }

    void subscribe(String topic, String url, String remark) {
        checkName("topic", topic);
        if (url.isEmpty()) {
            throw new InvalidSagaException("url", "empty url");
        }
        reader.checkTarget("url", url);
        if (remark.length() > REMARK_LENGTH_MAX) {
            throw new InvalidSagaException("remark", "must be at most " + REMARK_LENGTH_MAX + " characters long");
        }
        store.change(topic, subscribers -> {
            if (subscribers.stream().anyMatch(subscriber -> subscriber.url().equals(url))) {
                throw new InvalidSagaException("url", "this url exists");
            }
            if (subscribers.size() >= limits.subscribersMax()) {
                throw new InvalidSagaException(
                        "topic", "has " + subscribers.size() + " subscribers, which is the most");
            }
            List<Subscriber> more = new ArrayList<>(subscribers);
            more.add(new Subscriber(url, remark));
            return more;
        });
    }

    void unsubscribe(String topic, String url) {
        checkName("topic", topic);
        if (url.isEmpty()) {
            throw new InvalidSagaException("url", "empty url");
        }
        if (store.find(TopicStore.TOPICS, topic).isEmpty()) {
            throw new InvalidSagaException("topic", "no such a topic");
        }
        store.change(topic, subscribers -> {
            if (subscribers.isEmpty()) {
                throw new InvalidSagaException("topic", "this topic is empty");
            }
            List<Subscriber> left = subscribers.stream()
                    .filter(subscriber -> !subscriber.url().equals(url))
                    .toList();
            if (left.size() == subscribers.size()) {
                throw new InvalidSagaException("url", "no such an url ");
            }
            return left;
        });
    }

    boolean delete(String topic) {
        checkName("topic", topic);
        return store.delete(topic);
    }

    /// A message with its topics replaced by those who subscribed to them by now; the only subscriber of a topic
    /// has the branch id of the step, several have it with a number behind.
    SagaDefinition expanded(SagaDefinition message) {
        if (message.steps().stream().noneMatch(step -> isTopic(step.action()))) {
            return message;
        }
        List<Step> steps = new ArrayList<>();
        for (Step step : message.steps()) {
            if (isTopic(step.action())) {
                expand(step, message, steps);
            } else {
                steps.add(step);
            }
            if (steps.size() > limits.stepsMax()) {
                throw new InvalidSagaException("steps", "has more than " + limits.stepsMax() + " receivers");
            }
        }
        return message.expandedTo(steps);
    }

    private void expand(Step step, SagaDefinition message, List<Step> steps) {
        List<Subscriber> subscribers = store.subscribers(name(step.action()));
        if (subscribers.isEmpty()) {
            throw new InvalidSagaException("steps", "topic not found");
        }
        for (int index = 0; index < subscribers.size(); index++) {
            String url = subscribers.get(index).url();
            // Whoever subscribed may be reachable in another way than this message goes.
            reader.checkUrl("steps", url, message.protocol());
            String branchId = step.label().branchId();
            String own = subscribers.size() == 1
                    ? branchId
                    : String.format(Locale.ROOT, "%s-%s", branchId, BranchCall.branchId(index));
            steps.add(new Step(url, "", step.payload(), BranchLabel.ofId(own)));
        }
    }
}
