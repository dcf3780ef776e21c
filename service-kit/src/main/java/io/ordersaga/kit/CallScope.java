package io.ordersaga.kit;

import io.grpc.Context;
import io.grpc.Metadata;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// What the log lines of one call have in common. The gid of a branch call is known from its metadata, the order id
/// only once the request is parsed.
final class CallScope {
    static final String GID = "gid";
    static final String ORDER_ID = "order_id";
    static final String TRACE_ID = "traceId";

    private static final Context.Key<CallScope> KEY = Context.key("ordersaga-call-scope");
    /// The keys of DTM's branch metadata. Read here without saga-client, so that a program without branches needs no
    /// part of it.
    private static final Metadata.Key<String> GID_HEADER = header("dtm-gid");

    private static final Metadata.Key<String> BRANCH_ID_HEADER = header("dtm-branch_id");
    private static final Metadata.Key<String> OP_HEADER = header("dtm-op");
    private static final Metadata.Key<String> TRACEPARENT_HEADER = header("traceparent");
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");
    /// A log field is never longer, whatever a caller sends.
    private static final int LENGTH_MAX = 128;

    final long startedNanos = System.nanoTime();
    final String gid;
    final String branchId;
    final String op;
    private final String traceId;
    private volatile String orderId = "";
    private volatile String effect = "";

    CallScope(Metadata headers) {
        gid = read(headers, GID_HEADER);
        branchId = read(headers, BRANCH_ID_HEADER);
        op = read(headers, OP_HEADER);
        Matcher traceparent = TRACEPARENT.matcher(read(headers, TRACEPARENT_HEADER));
        traceId = traceparent.matches() ? traceparent.group(1) : "";
    }

    static Optional<CallScope> current() {
        return Optional.ofNullable(KEY.get());
    }

    Context inContext(Context context) {
        return context.withValue(KEY, this);
    }

    boolean isBranch() {
        return !gid.isEmpty();
    }

    void orderId(String value) {
        orderId = cut(value);
        MDC.put(ORDER_ID, orderId);
    }

    /// What the barrier did with the call, for its log line.
    void effect(String value) {
        effect = value;
    }

    String effect() {
        return effect;
    }

    /// Runs one callback of the call with the fields of its log lines set, and sets what was there before again.
    void run(Runnable callback) {
        @Nullable String gidBefore = MDC.get(GID);
        @Nullable String orderIdBefore = MDC.get(ORDER_ID);
        @Nullable String traceIdBefore = MDC.get(TRACE_ID);
        set(GID, gid);
        set(ORDER_ID, orderId);
        if (traceIdBefore == null) {
            // A program that makes no span of its calls still belongs to the caller's trace.
            set(TRACE_ID, traceId);
        }
        try {
            callback.run();
        } finally {
            set(GID, gidBefore);
            set(ORDER_ID, orderIdBefore);
            set(TRACE_ID, traceIdBefore);
        }
    }

    private static void set(String key, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }

    private static String read(Metadata headers, Metadata.Key<String> key) {
        @Nullable String value = headers.get(key);
        return value == null ? "" : cut(value);
    }

    private static String cut(String value) {
        return value.length() <= LENGTH_MAX ? value : value.substring(0, LENGTH_MAX);
    }

    private static Metadata.Key<String> header(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
