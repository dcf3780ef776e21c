package io.ordersaga.order;

import io.ordersaga.kit.Caller;
import java.util.Optional;
import java.util.OptionalLong;

/// Who wants to change an order, and which version of it they have seen.
///
/// @param version absent when the caller does not care
public record Guard(Caller caller, OptionalLong version) {
    /// Whose order it has to be; absent for staff, who may change everyone's.
    public Optional<String> owner() {
        return owner(caller);
    }

    /// How the timeline names the caller.
    public String actor() {
        return (caller.staff() ? "staff:" : "user:") + caller.userId();
    }

    static Optional<String> owner(Caller caller) {
        return caller.staff() ? Optional.empty() : Optional.of(caller.requireUser());
    }
}
