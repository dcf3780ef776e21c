package io.ordersaga.coordinator.conformance;

/// The ways into a server and out to a participant.
enum Wire {
    HTTP,
    GRPC,
    JSON_RPC
}
