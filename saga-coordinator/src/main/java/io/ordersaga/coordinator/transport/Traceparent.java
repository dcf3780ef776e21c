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

/// Remembers the trace that a submit belongs to, so that it can be stored with the saga and go out with every
/// branch call, also after a restart.
public final class Traceparent implements ServerInterceptor {

    static final String NAME = "traceparent";

    private static final Metadata.Key<String> HEADER = Metadata.Key.of(NAME, Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> CURRENT = Context.key("coordinator-traceparent");

    /// Hexadecimal digits where it has digits.
    private static final String FORM = "00-00000000000000000000000000000000-0000000000000000-00";

    static Optional<String> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /// The branch headers with the submit's trace, unless they name one themselves.
    static Map<String, String> addTo(Map<String, String> branchHeaders, Optional<String> traceparent) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(branchHeaders);
        traceparent.filter(Traceparent::isWellFormed).ifPresent(text -> headers.putIfAbsent(NAME, text));
        return headers;
    }

    private static boolean isWellFormed(String text) {
        if (text.length() != FORM.length()) {
            return false;
        }
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            boolean isHex = (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
            if (FORM.charAt(index) == '-' ? character != '-' : !isHex) {
                return false;
            }
        }
        return true;
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
