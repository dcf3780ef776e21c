package io.ordersaga.kit;

import io.grpc.Context;
import io.grpc.Status;
import java.util.Map;
import java.util.Set;

/// Who is asking. Every call to a public service has one; [IdentityInterceptor] puts it there.
///
/// A customer's statements carry the user id in their WHERE clause, so that another customer's row is not found, just
/// as one that does not exist. What needs a role is refused as PERMISSION_DENIED.
///
/// @param userId empty for an anonymous caller; `service:<name>` for one of our own programs
/// @param roles may be empty
public record Caller(String userId, Set<Role> roles) {
    /// The domain of refusals that are about the caller and not about what was asked.
    public static final String DOMAIN = "identity.ordersaga";

    /// The role of the caller is not enough.
    public static final String ROLE_MISSING = "ROLE_MISSING";

    /// The call says of no user.
    public static final String IDENTITY_MISSING = "IDENTITY_MISSING";

    private static final Context.Key<Caller> KEY = Context.key("ordersaga-caller");
    private static final Caller NOBODY = new Caller("", Set.of());

    public Caller {
        roles = Set.copyOf(roles);
    }

    /// The caller of the call that this thread serves. Where no call is served, and in a call by the coordinator, that
    /// is nobody: no user id and no roles.
    public static Caller current() {
        Caller caller = KEY.get();
        return caller == null ? NOBODY : caller;
    }

    /// The context in which [#current] is this caller.
    public Context in(Context context) {
        return context.withValue(KEY, this);
    }

    /// True for staff and admins.
    public boolean staff() {
        return roles.contains(Role.STAFF) || roles.contains(Role.ADMIN);
    }

    /// Goes on for staff only.
    ///
    /// @throws RefusalException PERMISSION_DENIED, ROLE_MISSING
    public void requireStaff() {
        if (!staff()) {
            throw roleMissing("this is for staff");
        }
    }

    /// The user id of a caller who has one.
    ///
    /// @throws RefusalException UNAUTHENTICATED, IDENTITY_MISSING
    public String requireUser() {
        if (userId.isEmpty()) {
            throw new RefusalException(
                    Status.Code.UNAUTHENTICATED, DOMAIN, IDENTITY_MISSING, "who is asking is not known", Map.of());
        }
        return userId;
    }

    /// True for the user and for staff.
    ///
    /// @param user whose rows are meant; nobody may act for the empty user but staff
    public boolean mayAct(String user) {
        return staff() || (!user.isEmpty() && user.equals(userId));
    }

    /// For whom a request acts that may name a user: the named one, or the caller when it names none.
    ///
    /// @param named empty when the request names nobody
    /// @throws RefusalException PERMISSION_DENIED, ROLE_MISSING, when another user is named by somebody who is not
    ///     staff; UNAUTHENTICATED, IDENTITY_MISSING, when neither request nor caller name anybody
    public String actingFor(String named) {
        if (named.isEmpty()) {
            return requireUser();
        }
        if (!mayAct(named)) {
            if (userId.isEmpty()) {
                requireUser();
            }
            throw roleMissing("only staff may do this for another user");
        }
        return named;
    }

    private static RefusalException roleMissing(String message) {
        return new RefusalException(
                Status.Code.PERMISSION_DENIED, DOMAIN, ROLE_MISSING, message, Map.of("role", Role.STAFF.text()));
    }
}
