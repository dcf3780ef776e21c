package io.ordersaga.coordinator.transport;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Remembers the trace that a submit belongs to, so that it can be stored with the saga and go out with every
/// branch call, also after a restart.
public final class Traceparent implements ServerInterceptor {

    static final String NAME = "traceparent";

    private static final Metadata.Key<String> HEADER = Metadata.Key.of(NAME, Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> CURRENT = Context.key("coordinator-traceparent");

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    static Optional<String> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /// The branch headers with the submit's trace, unless they name one themselves.
    static Map<String, String> addTo(Map<String, String> branchHeaders, Optional<String> traceparent) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(branchHeaders);
        traceparent.filter(text -> FORM.matcher(text).matches()).ifPresent(text -> headers.putIfAbsent(NAME, text));
        return headers;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String traceparent = headers.get(HEADER);
        if (traceparent == null) {
            return next.startCall(call, headers);
        }
        return Contexts.interceptCall(Context.current().withValue(CURRENT, traceparent), call, headers, next);
    }
}
