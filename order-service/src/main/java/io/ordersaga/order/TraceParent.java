package io.ordersaga.order;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The trace that the current call belongs to, in W3C's form, to be stored and sent along with the saga.
public final class TraceParent {
    public static final String HEADER = "traceparent";

    private TraceParent() {}

    /// Empty when nothing is traced.
    public static Optional<String> current() {
        Map<String, String> headers = new HashMap<>();
        W3CTraceContextPropagator.getInstance().inject(Context.current(), headers, (carrier, key, value) -> {
            if (carrier != null) {
                carrier.put(key, value);
            }
        });
        return Optional.ofNullable(headers.get(HEADER));
    }
}
