package io.ordersaga.saga.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.ordersaga.saga.dtm.DtmRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A message that reaches all of its receivers at least once: DTM's mode `msg`. Receivers are called one
/// after the other, each until it succeeds; there is nothing to undo, and a receiver's refusal is asked
/// again.
///
/// Submitted as it is ([DtmClient#submit(Msg)]) it is on its way at once. With [#queryPrepared] it
/// becomes the second half of a local transaction: [DtmClient#doAndSubmit] sends it if, and only if, that
/// transaction commits.
///
/// ```java
/// Msg.of("paid-42")
///         .deliver("points:48282/shop.PointsBranches/Add", points)
///         .deliverToTopic("order-paid", order)
///         .queryPrepared("pay:38282/shop.PayBranches/QueryPrepared");
/// ```
/// Immutable: each method returns a new message. All of them throw `IllegalArgumentException` for a value
/// that could not be sent.
public final class Msg {
    /// Branch, operation and call that stand for the local transaction.
    static final String LOCAL_BRANCH = "00";

    static final String LOCAL_OP = "msg";

    private record Delivery(String url, ByteString payload) {
        String json() {
            return "{\"action\":\"" + url + "\"}";
        }
    }

    private final String gid;
    private final List<Delivery> deliveries;
    private final String queryPrepared;
    private final long delaySeconds;
    private final TransOptions options;

    private Msg(String gid, List<Delivery> deliveries, String queryPrepared, long delaySeconds, TransOptions options) {
        this.gid = gid;
        this.deliveries = deliveries;
        this.queryPrepared = queryPrepared;
        this.delaySeconds = delaySeconds;
        this.options = options;
    }

    /// A message without receivers.
    ///
    /// @param gid its identity, 1 to 128 characters of printable ASCII without blanks and `;`. Submitting
    ///     one gid twice sends one message, so a gid made from a business key makes the submission
    ///     repeatable.
    /// @throws InvalidBranchException when the gid is not of that form
    public static Msg of(String gid) {
        return new Msg(TransOptions.gid(gid), List.of(), "", 0, TransOptions.NONE);
    }

    public String gid() {
        return gid;
    }

    /// Adds a receiver.
    ///
    /// @param url the gRPC method to call, `host:port/package.Service/Method`, or an `http(s)://` URL
    public Msg deliver(String url, Payload payload) {
        return to(Urls.check("receiver", url), payload);
    }

    /// Adds a receiver that is a gRPC method; see [#deliver(String, Payload)].
    public Msg deliver(String url, Message payload) {
        return deliver(url, Payload.of(payload));
    }

    /// Adds all who have subscribed to the topic by the time the message is prepared, or submitted. The
    /// coordinator refuses a topic that has no subscriber.
    public Msg deliverToTopic(String topic, Payload payload) {
        return to(Urls.topic(topic), payload);
    }

    /// Adds the subscribers of a topic; see [#deliverToTopic(String, Payload)].
    public Msg deliverToTopic(String topic, Message payload) {
        return deliverToTopic(topic, Payload.of(payload));
    }

    /// Where the coordinator asks whether the local transaction of [DtmClient#doAndSubmit] was committed,
    /// when nobody told it: a handler of this program that calls [BranchBarrier#requireCommitted]. It
    /// asks for the first time when the message has been prepared for [#timeoutToFail].
    ///
    /// @param url `host:port/package.Service/Method`, called with an empty request, or an `http(s)://`
    ///     URL
    public Msg queryPrepared(String url) {
        return new Msg(gid, deliveries, Urls.check("queryPrepared", url), delaySeconds, options);
    }

    /// How long after it was prepared, or submitted, the message is sent: whole seconds, at least one. At
    /// once, unless set.
    public Msg delay(Duration delay) {
        return new Msg(gid, deliveries, queryPrepared, TransOptions.seconds("delay", delay), options);
    }

    /// Sends `key: value` with every call of a receiver; see [Saga#branchHeader].
    public Msg branchHeader(String key, String value) {
        return with(options.branchHeader(key, value));
    }

    /// Whether a submit answers only when all receivers have; otherwise it answers when the message is
    /// durable.
    public Msg waitResult(boolean wait) {
        return with(options.waitResult(wait));
    }

    /// How long the local transaction may take before the coordinator asks what became of it: whole
    /// seconds, at least one. The coordinator's default (DTM's is 35 s), unless set.
    public Msg timeoutToFail(Duration timeout) {
        return with(options.timeoutToFail(timeout));
    }

    /// The wait before a receiver is first called again: whole seconds, at least one. The coordinator's
    /// default, unless set.
    public Msg retryInterval(Duration interval) {
        return with(options.retryInterval(interval));
    }

    /// How long one call may take: whole seconds, at least one. The coordinator's default, unless set.
    public Msg requestTimeout(Duration timeout) {
        return with(options.requestTimeout(timeout));
    }

    /// Who the local transaction is for the barrier.
    BranchContext localTransaction() {
        return new BranchContext(gid, "msg", LOCAL_BRANCH, LOCAL_OP);
    }

    boolean hasQueryPrepared() {
        return !queryPrepared.isEmpty();
    }

    /// DTM's message for this one; the same for `Prepare`, `Submit` and `Abort`.
    DtmRequest toRequest() {
        if (deliveries.isEmpty()) {
            throw new IllegalArgumentException("The message " + gid + " has no receivers");
        }
        return DtmRequest.newBuilder()
                .setGid(gid)
                .setTransType("msg")
                .setTransOptions(options.toMessage())
                .setCustomedData(delaySeconds == 0 ? "" : "{\"delay\":" + delaySeconds + "}")
                .setQueryPrepared(queryPrepared)
                .setSteps(deliveries.stream().map(Delivery::json).collect(Collectors.joining(",", "[", "]")))
                .addAllBinPayloads(deliveries.stream().map(Delivery::payload).toList())
                .build();
    }

    private Msg to(String url, Payload payload) {
        List<Delivery> more = new ArrayList<>(deliveries);
        more.add(new Delivery(url, payload.toBytes()));
        return new Msg(gid, List.copyOf(more), queryPrepared, delaySeconds, options);
    }

    private Msg with(TransOptions changed) {
        return new Msg(gid, deliveries, queryPrepared, delaySeconds, changed);
    }
}
