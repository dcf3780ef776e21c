package io.ordersaga.coordinator.admin.access;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.saga.v1.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lets a call of `saga.v1` pass when who asks has the role that its method needs. Everything else passes untouched.
public final class AccessInterceptor implements ServerInterceptor {

    /// Nobody is known by the call.
    public static final String SIGN_IN_NEEDED = "SIGN_IN_NEEDED";

    /// The role of who asks is not enough.
    public static final String ROLE_MISSING = "ROLE_MISSING";

    /// Nothing may be changed by anybody.
    public static final String READ_ONLY = "READ_ONLY";

    private final AccessSettings settings;
    private final boolean readOnly;
    private final ErrorDomain domain;

    /// @param services of this program; each method of `saga.v1` must say which role it needs
    public AccessInterceptor(
            AccessSettings settings, boolean readOnly, ErrorDomain domain, List<BindableService> services) {
        MethodRoles.requireAll(services);
        this.settings = settings;
        this.readOnly = readOnly;
        this.domain = domain;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!MethodRoles.areControlled(call.getMethodDescriptor())) {
            return next.startCall(call, headers);
        }
        Role needed = MethodRoles.of(call.getMethodDescriptor())
                .orElseThrow(() -> new IllegalStateException(
                        call.getMethodDescriptor().getFullMethodName() + " needs no known role"));
        Optional<Operator> operator = settings.enforced() ? Optional.empty() : Optional.of(Operator.ANYBODY);
        refuseUnlessAllowed(needed, operator);
        Context context = operator.map(known -> known.in(Context.current())).orElseGet(Context::current);
        return Contexts.interceptCall(context, call, headers, next);
    }

    private void refuseUnlessAllowed(Role needed, Optional<Operator> operator) {
        if (needed == Role.ROLE_UNSPECIFIED) {
            return;
        }
        if (operator.isEmpty()) {
            throw domain.refusal(Status.Code.UNAUTHENTICATED, SIGN_IN_NEEDED, "sign in first", Map.of());
        }
        if (!operator.get().has(needed)) {
            throw domain.refusal(
                    Status.Code.PERMISSION_DENIED,
                    ROLE_MISSING,
                    "this needs the role " + needed,
                    Map.of("role", needed.name()));
        }
        if (readOnly && needed != Role.VIEWER) {
            throw domain.refusal(
                    Status.Code.PERMISSION_DENIED, READ_ONLY, "nothing may be changed here at the moment", Map.of());
        }
    }
}
