package io.ordersaga.coordinator.transport;

import org.springframework.boot.context.properties.bind.DefaultValue;

/// How many connections clients may have. One more is closed as soon as it is accepted, before anything is read from
/// it, and counted in `ordersaga.connections.refused`.
///
/// @param grpcMax to the gRPC port, of all clients together
/// @param httpMax to the HTTP port, of all clients together
/// @param perAddressMax of one address, to each of the two ports; clients behind one proxy share an address
public record ConnectionSettings(
        @DefaultValue("10000") int grpcMax,
        @DefaultValue("10000") int httpMax,
        @DefaultValue("2000") int perAddressMax) {

    public ConnectionSettings {
        positive("grpc-max", grpcMax);
        positive("http-max", httpMax);
        positive("per-address-max", perAddressMax);
    }

    private static void positive(String setting, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("ordersaga.coordinator.connections." + setting + " must be positive");
        }
    }
}
