package io.ordersaga.coordinator.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Tells the addresses that a host stands for now. Thread-safe.
@FunctionalInterface
interface Resolver {

    /// The machine's.
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /// Looks a host up once.
    ///
    /// @return at least one address
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
