package io.ordersaga.saga.client;

import io.grpc.Channel;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmGrpc.DtmBlockingStub;
import io.ordersaga.saga.dtm.DtmTopicRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Who receives what is sent to a topic ([Msg#deliverToTopic]). A message goes to those who have
/// subscribed by the time it is prepared, or submitted. Every call has a deadline and is made once.
/// Thread-safe; the channel stays the caller's to close.
///
/// ```java
/// new DtmTopics(channel, Duration.ofSeconds(5)).subscribe("order-paid", receiver, "points for customers");
/// ```
/// Each method throws `io.grpc.StatusRuntimeException` when the coordinator refuses, or does not answer.
public final class DtmTopics {
    private final DtmBlockingStub stub;
    private final Duration deadline;

    /// The topics of a coordinator.
    ///
    /// @param channel to its gRPC port
    /// @param deadline of each call
    public DtmTopics(Channel channel, Duration deadline) {
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException("A deadline must be positive: " + deadline);
        }
        this.stub = DtmGrpc.newBlockingStub(channel);
        this.deadline = deadline;
    }

    /// Adds a receiver; the topic comes into being with its first one.
    ///
    /// @param url `host:port/package.Service/Method`, or an `http(s)://` URL; refused when it has
    ///     subscribed already
    /// @param remark for people who look at the topic; may be empty
    public void subscribe(String topic, String url, String remark) {
        var _ = within().subscribe(request(topic)
                .setURL(Urls.check("receiver", url))
                .setRemark(remark)
                .build());
    }

    /// Removes a receiver; refused when it has not subscribed.
    public void unsubscribe(String topic, String url) {
        var _ = within().unsubscribe(request(topic).setURL(url).build());
    }

    /// Removes a topic with all its receivers; refused when there is none.
    public void delete(String topic) {
        var _ = within().deleteTopic(request(topic).build());
    }

    private static DtmTopicRequest.Builder request(String topic) {
        String _ = Urls.topic(topic);
        return DtmTopicRequest.newBuilder().setTopic(topic);
    }

    private DtmBlockingStub within() {
        return stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
    }
}
