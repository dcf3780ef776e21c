package io.ordersaga.kit;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads from metadata who is calling a public service. The metadata is believed: the gateway, which is all that
/// customers reach, sets it. Branches are called by the coordinator for nobody in particular, health and reflection
/// are for everybody; they have no caller.
public final class IdentityInterceptor implements ServerInterceptor {
    /// A letter, digit, `_` or `-`, 64 of them at most; our own programs are `service:<name>`.
    public static final Metadata.Key<String> USER_ID = key("ordersaga-user-id");

    /// `customer`, `staff`, `admin`, separated by commas.
    public static final Metadata.Key<String> USER_ROLES = key("ordersaga-user-roles");

    private static final Pattern USER_ID_FORM = Pattern.compile("(service:)?[A-Za-z0-9_-]{1,64}");
    private static final int ROLES_LENGTH_MAX = 100;

    private final Caller anonymous;
    private final ErrorDomain domain;

    IdentityInterceptor(IdentityConfig config, ErrorDomain domain) {
        this.anonymous = new Caller("", config.anonymousRoles());
        this.domain = domain;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return hasCaller(String.valueOf(call.getMethodDescriptor().getServiceName()))
                ? Contexts.interceptCall(callerOf(headers).in(Context.current()), call, headers, next)
                : next.startCall(call, headers);
    }

    private static boolean hasCaller(String service) {
        return !service.endsWith("Branches") && !service.startsWith("grpc.");
    }

    private Caller callerOf(Metadata headers) {
        @Nullable String userId = headers.get(USER_ID);
        @Nullable String roles = headers.get(USER_ROLES);
        if (userId == null && roles == null) {
            return anonymous;
        }
        if (userId != null && !USER_ID_FORM.matcher(userId).matches()) {
            throw domain.invalidField(USER_ID.name(), "expected 1 to 64 letters, digits, underscores and hyphens");
        }
        // Whoever names a user and no role is that user and nothing more.
        return new Caller(userId == null ? "" : userId, roles == null ? Set.of(Role.CUSTOMER) : rolesOf(roles));
    }

    private Set<Role> rolesOf(String text) {
        if (text.length() > ROLES_LENGTH_MAX) {
            throw domain.invalidField(USER_ROLES.name(), "expected 100 characters at most");
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String role : text.split(",", -1)) {
            if (!role.isBlank()) {
                roles.add(Role.of(role.strip())
                        .orElseThrow(() -> domain.invalidField(
                                USER_ROLES.name(), "expected customer, staff and admin, separated by commas")));
            }
        }
        return roles;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
