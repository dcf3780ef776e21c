package io.ordersaga.coordinator.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Tells the addresses that a host stands for now. Thread-safe.
@FunctionalInterface
interface Resolver {

    /// The machine's.
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /// @return at least one
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
