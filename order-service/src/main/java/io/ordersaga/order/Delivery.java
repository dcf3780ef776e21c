package io.ordersaga.order;

import java.util.Optional;

/// What is known about the way of an order to its customer.
///
/// @param note from the customer, for whoever packs it; may be empty
/// @param tracking present once it was shipped
public record Delivery(Optional<Address> address, String note, Optional<Tracking> tracking) {
    static final Delivery UNKNOWN = new Delivery(Optional.empty(), "", Optional.empty());
}
