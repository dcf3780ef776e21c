package io.ordersaga.saga.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.ordersaga.saga.dtm.DtmRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A saga to submit: steps that the coordinator runs one after the other, undoing in reverse when one
/// refuses.
///
/// ```java
/// Saga.of("place-42")
///         .step("stock:28282/ordersaga.stock.v1.StockBranches/Reserve",
///               "stock:28282/ordersaga.stock.v1.StockBranches/Release", reservation)
///         .step("pay:38282/ordersaga.pay.v1.PayBranches/Create",
///               "pay:38282/ordersaga.pay.v1.PayBranches/Close", payment)
///         .waitResult(true);
/// ```
/// Immutable: each method returns a new saga. All of them throw `IllegalArgumentException` for a value
/// that could not be sent.
public final class Saga {
    private record Step(String action, String compensation, ByteString payload) {
        Step {
            Urls.check("action", action);
            Urls.checkOptional("compensation", compensation);
        }

        /// [Urls] leaves nothing in a URL that JSON escapes.
        String json() {
            return "{\"action\":\"" + action + "\",\"compensate\":\"" + compensation + "\"}";
        }
    }

    /// Which steps may run at once.
    ///
    /// @param orders to each step that waits for others, those others
    private record Course(boolean concurrent, SortedMap<Integer, SortedSet<Integer>> orders) {
        static final Course SEQUENTIAL = new Course(false, new TreeMap<>());

        Course with(int step, int... predecessors) {
            SortedMap<Integer, SortedSet<Integer>> more = new TreeMap<>(orders);
            SortedSet<Integer> waitsFor = new TreeSet<>(more.getOrDefault(step, new TreeSet<>()));
            for (int predecessor : predecessors) {
                waitsFor.add(predecessor);
            }
            more.put(step, waitsFor);
            return new Course(true, more);
        }

        void check(String gid, int steps) {
            orders.forEach((step, predecessors) -> {
                int last = Math.max(step, predecessors.last());
                int first = Math.min(step, predecessors.first());
                if (first < 0 || last >= steps || predecessors.contains(step)) {
                    throw new IllegalArgumentException("The saga " + gid + " has " + steps + " steps, so step " + step
                            + " cannot wait for " + predecessors);
                }
            });
        }

        /// DTM's `custom_data`.
        String json() {
            if (!concurrent) {
                return "";
            }
            String waits = orders.entrySet().stream()
                    .map(entry -> "\"" + entry.getKey() + "\":"
                            + entry.getValue().toString().replace(" ", ""))
                    .collect(Collectors.joining(",", "{", "}"));
            return "{\"concurrent\":true,\"orders\":" + waits + "}";
        }
    }

    private final String gid;
    private final List<Step> steps;
    private final Course course;
    private final TransOptions options;

    private Saga(String gid, List<Step> steps, Course course, TransOptions options) {
        this.gid = gid;
        this.steps = steps;
        this.course = course;
        this.options = options;
    }

    /// A saga without steps.
    ///
    /// @param gid its identity, 1 to 128 characters of printable ASCII without blanks and `;`. Submitting
    ///     one gid twice starts one saga, so a gid made from a business key makes the submission
    ///     repeatable.
    /// @throws InvalidBranchException when the gid is not of that form
    public static Saga of(String gid) {
        return new Saga(TransOptions.gid(gid), List.of(), Course.SEQUENTIAL, TransOptions.NONE);
    }

    public String gid() {
        return gid;
    }

    /// Adds a step. Its action and its compensation receive the same payload.
    ///
    /// @param action the gRPC method to call, `host:port/package.Service/Method`, or an `http(s)://` URL
    /// @param compensation the one that undoes it; empty when there is nothing to undo
    public Saga step(String action, String compensation, Payload payload) {
        List<Step> longer = new ArrayList<>(steps);
        longer.add(new Step(action, compensation, payload.toBytes()));
        return new Saga(gid, List.copyOf(longer), course, options);
    }

    /// Adds a step of gRPC methods; see [#step(String, String, Payload)].
    public Saga step(String action, String compensation, Message payload) {
        return step(action, compensation, Payload.of(payload));
    }

    /// Adds a step with nothing to undo.
    public Saga step(String action, Message payload) {
        return step(action, "", payload);
    }

    /// Lets all steps run at once, except for those that [#order] makes wait. Compensations then run in
    /// the reverse of that order, too. A step that refuses does not stop those that are under way: each
    /// is compensated.
    public Saga concurrent() {
        return new Saga(gid, steps, new Course(true, course.orders()), options);
    }

    /// Lets the steps run at once, as [#concurrent] does, with one that waits.
    ///
    /// @param step the one that waits, counted from 0
    /// @param predecessors those that must have succeeded before it begins, counted from 0; one at least.
    ///     Whether all of them exist is checked when the saga is submitted; a circle is the coordinator's
    ///     to refuse.
    public Saga order(int step, int... predecessors) {
        if (predecessors.length == 0) {
            throw new IllegalArgumentException("Step " + step + " waits for nothing");
        }
        return new Saga(gid, steps, course.with(step, predecessors), options);
    }

    /// Sends `key: value` as metadata, or HTTP header, with every branch call; replaces an earlier value
    /// of the key.
    ///
    /// @param key a gRPC metadata key of lower-case letters, digits, `-`, `_` and `.`, for text and not
    ///     for the coordinator's own use (so without `-bin`, `dtm-` and `grpc-`)
    /// @param value printable ASCII
    public Saga branchHeader(String key, String value) {
        return with(options.branchHeader(key, value));
    }

    /// What operators find the saga by, such as `order:42`: 1 to 128 characters of printable ASCII. Any
    /// number of sagas may have the same. Travels as the branch header `saga-business-key`, which our
    /// coordinator keeps and other DTM servers only pass on.
    public Saga businessKey(String key) {
        return branchHeader("saga-business-key", label("business key", key));
    }

    /// Something more to find the saga by, at most 16 of them: the branch header `saga-tag-<name>`.
    ///
    /// @param name 1 to 32 characters of `a-z`, `0-9`, `_`, `.` and `-`
    /// @param value 1 to 128 characters of printable ASCII
    public Saga tag(String name, String value) {
        if (name.isEmpty() || name.length() > 32) {
            throw new IllegalArgumentException("A tag's name has 1 to 32 characters: " + name);
        }
        return branchHeader("saga-tag-" + name, label("tag " + name, value));
    }

    private static String label(String what, String value) {
        if (value.isEmpty() || value.length() > 128) {
            throw new IllegalArgumentException("The " + what + " must have 1 to 128 characters: " + value);
        }
        return value;
    }

    /// Whether [DtmClient#submit] answers only when the outcome is known; otherwise it answers when the
    /// saga is durable.
    public Saga waitResult(boolean wait) {
        return with(options.waitResult(wait));
    }

    /// How long the saga may take before it is rolled back: whole seconds, at least one. Never, unless
    /// set.
    public Saga timeoutToFail(Duration timeout) {
        return with(options.timeoutToFail(timeout));
    }

    /// The wait before the first retry of a branch: whole seconds, at least one. The coordinator's
    /// default, unless set.
    public Saga retryInterval(Duration interval) {
        return with(options.retryInterval(interval));
    }

    /// How long one call of a branch may take: whole seconds, at least one. The coordinator's default,
    /// unless set.
    public Saga requestTimeout(Duration timeout) {
        return with(options.requestTimeout(timeout));
    }

    /// How often actions that do not answer clearly are tried again, in all, before the saga is rolled
    /// back: at least once. Without limit, unless set.
    public Saga retryLimit(int retries) {
        return with(options.retryLimit(retries));
    }

    /// DTM's message for this saga.
    DtmRequest toRequest() {
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("The saga " + gid + " has no steps");
        }
        course.check(gid, steps.size());
        return DtmRequest.newBuilder()
                .setGid(gid)
                .setTransType("saga")
                .setTransOptions(options.toMessage())
                .setCustomedData(course.json())
                .setSteps(steps.stream().map(Step::json).collect(Collectors.joining(",", "[", "]")))
                .addAllBinPayloads(steps.stream().map(Step::payload).toList())
                .build();
    }

    private Saga with(TransOptions changed) {
        return new Saga(gid, steps, course, changed);
    }
}
