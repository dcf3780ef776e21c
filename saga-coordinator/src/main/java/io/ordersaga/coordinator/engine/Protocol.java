package io.ordersaga.coordinator.engine;

/// How a saga's branches are called when their URL does not say so itself.
public enum Protocol {
    HTTP,
    GRPC;

    /// A URL with an HTTP scheme is called over HTTP even in a saga that was submitted over gRPC.
    public Protocol of(String url) {
        return url.startsWith("http://") || url.startsWith("https://") ? HTTP : this;
    }
}
