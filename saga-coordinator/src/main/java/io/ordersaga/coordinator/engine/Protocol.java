package io.ordersaga.coordinator.engine;

/// How a saga's branches are called when their URL does not say so itself.
public enum Protocol {
    HTTP,
    GRPC,
    /// Over HTTP, with the method in the body instead of the address.
    JSON_RPC;

    /// A URL with an HTTP scheme is called over HTTP even in a saga that was submitted over gRPC.
    public Protocol of(String url) {
        boolean isHttp = url.startsWith("http://") || url.startsWith("https://");
        // DTM speaks JSON-RPC only to addresses that name a method.
        return isHttp && (this != JSON_RPC || !url.contains("method")) ? HTTP : this;
    }
}
