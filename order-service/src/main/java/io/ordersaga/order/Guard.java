package io.ordersaga.order;

import io.ordersaga.kit.Caller;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Who wants to change an order, and which version of it they have seen.
///
/// @param version absent when the caller does not care
public record Guard(Caller caller, OptionalLong version) {
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");

    /// Whose order it has to be; absent for staff, who may change everyone's.
    public Optional<String> owner() {
        return owner(caller);
    }

    /// How the timeline names the caller.
    public String actor() {
        return (caller.staff() ? "staff:" : "user:") + caller.userId();
    }

    /// @param etag as the client names the version; empty, and `*`, when it does not care
    static Guard of(Caller caller, String etag) {
        if (etag.isEmpty() || etag.equals("*")) {
            return new Guard(caller, OptionalLong.empty());
        }
        // What is no version at all is none that an order ever has.
        return new Guard(caller, OptionalLong.of(VERSION.matcher(etag).matches() ? Long.parseLong(etag) : 0));
    }

    /// Whose orders the caller may see; absent for staff, who may see everyone's.
    ///
    /// @throws io.ordersaga.kit.RefusalException UNAUTHENTICATED when that is not known
    static Optional<String> owner(Caller caller) {
        return caller.staff() ? Optional.empty() : Optional.of(caller.requireUser());
    }
}
