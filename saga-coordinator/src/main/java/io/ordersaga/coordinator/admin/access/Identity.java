package io.ordersaga.coordinator.admin.access;

import io.grpc.Context;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is known of whoever makes a call.
///
/// @param passwordChangeRequired whether nothing is taken from them but a new password
/// @param tokenHash of what they showed; empty when access is not enforced
/// @param displayName as the identity provider calls them; empty when none vouches
/// @param expireTime when it ends whatever happens; null when it does not
record Identity(
        Operator operator,
        boolean passwordChangeRequired,
        String tokenHash,
        String displayName,
        @Nullable Instant expireTime) {

    static final Identity ANYBODY = new Identity(Operator.ANYBODY, false, "", "", null);

    private static final Context.Key<Identity> KEY = Context.key("ordersaga-identity");

    static Optional<Identity> found() {
        return Optional.ofNullable(KEY.get());
    }

    /// The context of a call that they make.
    Context in(Context context) {
        return operator.in(context).withValue(KEY, this);
    }
}
