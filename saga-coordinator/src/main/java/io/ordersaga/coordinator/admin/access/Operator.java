package io.ordersaga.coordinator.admin.access;

import io.grpc.Context;
import io.ordersaga.saga.v1.Role;
import java.util.Optional;

/// Who asks the operators' API for something. [AccessInterceptor] puts it into the context of every call.
///
/// @param name of the account or token; `anonymous` when nobody is asked who they are
/// @param role what they may do
/// @param kind what they are
public record Operator(String name, Role role, Kind kind) {

    /// What somebody who asks is.
    public enum Kind {
        /// Nobody was asked, since access is not enforced.
        ANONYMOUS,
        /// Somebody who signed in.
        PERSON,
        /// A program with a token.
        MACHINE
    }

    /// Who asks when access is not enforced.
    public static final Operator ANYBODY = new Operator("anonymous", Role.ADMIN, Kind.ANONYMOUS);

    private static final Context.Key<Operator> KEY = Context.key("ordersaga-operator");

    /// Whose call this thread serves.
    ///
    /// @throws IllegalStateException where no call of `saga.v1` by somebody known is served
    public static Operator current() {
        return found().orElseThrow(() -> new IllegalStateException("nobody is known to ask here"));
    }

    /// Whose call this thread serves; empty for somebody who has not signed in, which only few methods
    /// allow.
    public static Optional<Operator> found() {
        return Optional.ofNullable(KEY.get());
    }

    /// The context in which [#current] is this operator.
    public Context in(Context context) {
        return context.withValue(KEY, this);
    }

    /// Whether they may do what needs `least`.
    public boolean has(Role least) {
        return role.getNumber() >= least.getNumber();
    }
}
