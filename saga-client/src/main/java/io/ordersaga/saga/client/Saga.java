package io.ordersaga.saga.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A saga to submit: steps that the coordinator runs one after the other, undoing in reverse when one refuses.
///
/// ```java
/// Saga.of("place-42")
///         .step("stock:28282/ordersaga.stock.v1.StockBranches/Reserve",
///               "stock:28282/ordersaga.stock.v1.StockBranches/Release", reservation)
///         .step("pay:38282/ordersaga.pay.v1.PayBranches/Create",
///               "pay:38282/ordersaga.pay.v1.PayBranches/Close", payment)
///         .waitResult(true);
/// ```
/// Immutable: each method returns a new saga. All of them throw `IllegalArgumentException` for a value that could not
/// be
/// sent.
public final class Saga {
    private record Step(String action, String compensation, ByteString payload) {
        Step {
            Urls.check("action", action);
            if (!compensation.isEmpty()) {
                Urls.check("compensation", compensation);
            }
        }

        /// [Urls] leaves nothing in a URL that JSON escapes.
        String json() {
            return "{\"action\":\"" + action + "\",\"compensate\":\"" + compensation + "\"}";
        }
    }

    private final String gid;
    private final List<Step> steps;
    private final Map<String, String> branchHeaders;
    private final DtmTransOptions options;

    private Saga(String gid, List<Step> steps, Map<String, String> branchHeaders, DtmTransOptions options) {
        this.gid = gid;
        this.steps = steps;
        this.branchHeaders = branchHeaders;
        this.options = options;
    }

    /// A saga without steps.
    ///
    /// @param gid its identity, 1 to 128 characters of printable ASCII without blanks and `;`. Submitting one gid
    ///     twice starts one saga, so a gid made from a business key makes the submission repeatable.
    /// @throws InvalidBranchException when the gid is not of that form
    public static Saga of(String gid) {
        Ids.id("gid", gid);
        if (gid.indexOf(' ') >= 0 || gid.indexOf(';') >= 0) {
            throw new InvalidBranchException("gid", "must not contain a blank or ';'");
        }
        return new Saga(gid, List.of(), Map.of(), DtmTransOptions.getDefaultInstance());
    }

    public String gid() {
        return gid;
    }

    /// Adds a step. Its action and its compensation receive the same payload.
    ///
    /// @param action the gRPC method to call, `host:port/package.Service/Method`
    /// @param compensation the method that undoes it; empty when there is nothing to undo
    public Saga step(String action, String compensation, Message payload) {
        List<Step> longer = new ArrayList<>(steps);
        longer.add(new Step(action, compensation, payload.toByteString()));
        return new Saga(gid, List.copyOf(longer), branchHeaders, options);
    }

    /// Adds a step with nothing to undo.
    public Saga step(String action, Message payload) {
        return step(action, "", payload);
    }

    /// Sends `key: value` as metadata with every branch call; replaces an earlier value of the key.
    ///
    /// @param key a gRPC metadata key of lower-case letters, digits, `-`, `_` and `.`, for text and not for the
    ///     coordinator's own use (so without `-bin`, `dtm-` and `grpc-`)
    /// @param value printable ASCII
    public Saga branchHeader(String key, String value) {
        if (!key.matches("[a-z0-9_.-]+") || key.matches("(dtm-|grpc-).*|.*-bin")) {
            throw new IllegalArgumentException("Not a key for a branch header: " + key);
        }
        if (!value.matches("[ -~]*")) {
            throw new IllegalArgumentException("The branch header " + key + " must be printable ASCII");
        }
        Map<String, String> more = new TreeMap<>(branchHeaders);
        more.put(key, value);
        return new Saga(gid, steps, more, options);
    }

    /// Whether [DtmClient#submit] answers only when the outcome is known; otherwise it answers when the saga is
    /// durable.
    public Saga waitResult(boolean wait) {
        return with(options.toBuilder().setWaitResult(wait));
    }

    /// How long the saga may take before it is rolled back: whole seconds, at least one. Never, unless set.
    public Saga timeoutToFail(Duration timeout) {
        return with(options.toBuilder().setTimeoutToFail(seconds("timeoutToFail", timeout)));
    }

    /// The wait before the first retry of a branch: whole seconds, at least one. The coordinator's default, unless
    /// set.
    public Saga retryInterval(Duration interval) {
        return with(options.toBuilder().setRetryInterval(seconds("retryInterval", interval)));
    }

    /// How long one call of a branch may take: whole seconds, at least one. The coordinator's default, unless set.
    public Saga requestTimeout(Duration timeout) {
        return with(options.toBuilder().setRequestTimeout(seconds("requestTimeout", timeout)));
    }

    /// DTM's message for this saga.
    DtmRequest toRequest() {
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("The saga " + gid + " has no steps");
        }
        return DtmRequest.newBuilder()
                .setGid(gid)
                .setTransType("saga")
                .setTransOptions(options.toBuilder().putAllBranchHeaders(branchHeaders))
                .setSteps(steps.stream().map(Step::json).collect(Collectors.joining(",", "[", "]")))
                .addAllBinPayloads(steps.stream().map(Step::payload).toList())
                .build();
    }

    private Saga with(DtmTransOptions.Builder changed) {
        return new Saga(gid, steps, branchHeaders, changed.build());
    }

    /// The wire carries seconds; rounding would silently change what the caller asked for.
    private static long seconds(String field, Duration duration) {
        if (duration.getNano() != 0 || duration.getSeconds() < 1) {
            throw new IllegalArgumentException(field + " must be whole seconds, at least one: " + duration);
        }
        return duration.getSeconds();
    }
}
