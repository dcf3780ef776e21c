package io.ordersaga.coordinator.admin.access;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.SessionServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Lets a call of `saga.v1` pass when who asks has the role that its method needs, and has an operation
/// written down before it begins. Everything else passes untouched. Sees requests as bytes.
final class AccessInterceptor implements ServerInterceptor {

    /// Nobody is known by the call.
    static final String SIGN_IN_NEEDED = "SIGN_IN_NEEDED";

    /// The role of who asks is not enough.
    static final String ROLE_MISSING = "ROLE_MISSING";

    /// Nothing but a new password is taken from who asks.
    static final String PASSWORD_CHANGE_REQUIRED = "PASSWORD_CHANGE_REQUIRED";

    /// Nothing may be changed by anybody.
    static final String READ_ONLY = "READ_ONLY";

    /// A session's or a machine's token.
    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /// Says that nobody may be there: a page that keeps itself up to date. It keeps no session alive.
    static final Metadata.Key<String> UNATTENDED =
            Metadata.Key.of("ordersaga-unattended", Metadata.ASCII_STRING_MARSHALLER);

    private final Identities identities;
    private final Auditor auditor;
    private final boolean enforced;
    private final boolean readOnly;
    private final UnaryOperator<String> masking;
    private final ErrorDomain domain;

    /// @param masking takes secrets out of what the audit log says of a request
    AccessInterceptor(
            Identities identities,
            Auditor auditor,
            boolean enforced,
            boolean readOnly,
            UnaryOperator<String> masking,
            ErrorDomain domain) {
        this.identities = identities;
        this.auditor = auditor;
        this.enforced = enforced;
        this.readOnly = readOnly;
        this.masking = masking;
        this.domain = domain;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        MethodDescriptor<Q, A> method = call.getMethodDescriptor();
        if (!MethodRoles.areControlled(method)) {
            return next.startCall(call, headers);
        }
        Role needed = MethodRoles.of(method)
                .orElseThrow(() -> new IllegalStateException(method.getFullMethodName() + " needs no known role"));
        CallState state = CallState.current();
        Optional<Identity> identity = identityOf(headers, state);
        Optional<RefusalException> refusal = objection(method, needed, identity);
        if (refusal.isPresent()) {
            state.isDenied();
            return refusedOnceRead(call, state, refusal.get());
        }
        Context context = identity.map(known -> known.in(Context.current())).orElseGet(Context::current);
        return Contexts.interceptCall(
                context, call, headers, MethodRoles.isAudited(method, needed) ? writtenDownFirst(next, state) : next);
    }

    private Optional<Identity> identityOf(Metadata headers, CallState state) {
        if (!enforced) {
            state.isBy(Operator.ANYBODY.name(), "");
            return Optional.of(Identity.ANYBODY);
        }
        String authorization = headers.get(AUTHORIZATION);
        Optional<String> token = authorization == null ? Optional.empty() : BearerToken.inHeader(authorization);
        Optional<Identity> identity = token.flatMap(shown -> identities.of(shown, headers.containsKey(UNATTENDED)));
        identity.ifPresent(known -> state.isBy(known.operator().name(), token.orElse("")));
        return identity;
    }

    private Optional<RefusalException> objection(
            MethodDescriptor<?, ?> method, Role needed, Optional<Identity> identity) {
        if (needed == Role.ROLE_UNSPECIFIED) {
            return Optional.empty();
        }
        if (identity.isEmpty()) {
            return Optional.of(domain.refusal(Status.Code.UNAUTHENTICATED, SIGN_IN_NEEDED, "sign in first", Map.of()));
        }
        boolean ownAffair = SessionServiceGrpc.SERVICE_NAME.equals(method.getServiceName());
        if (identity.get().passwordChangeRequired() && !ownAffair) {
            return Optional.of(denied(PASSWORD_CHANGE_REQUIRED, "choose a password first", Map.of()));
        }
        if (!identity.get().operator().has(needed)) {
            return Optional.of(denied(ROLE_MISSING, "this needs the role " + needed, Map.of("role", needed.name())));
        }
        if (readOnly && needed != Role.VIEWER) {
            return Optional.of(denied(READ_ONLY, "nothing may be changed here at the moment", Map.of()));
        }
        return Optional.empty();
    }

    private RefusalException denied(String reason, String message, Map<String, String> metadata) {
        return domain.refusal(Status.Code.PERMISSION_DENIED, reason, message, metadata);
    }

    /// So that it is written down what was denied, and not only that something was.
    private <Q, A> ServerCall.Listener<Q> refusedOnceRead(
            ServerCall<Q, A> call, CallState state, RefusalException refusal) {
        // The request, and the end behind it.
        call.request(2);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(Q message) {
                isAbout(call.getMethodDescriptor(), bytes(message), state);
            }

            @Override
            public void onHalfClose() {
                throw refusal;
            }
        };
    }

    private void isAbout(MethodDescriptor<?, ?> method, byte[] request, CallState state) {
        AskedFor asked = AskedFor.of(MethodRoles.requestOf(method), MethodRoles.namedOf(method), request, masking);
        state.isAbout(asked.resource(), asked.reason(), asked.digest());
    }

    private <Q, A> ServerCallHandler<Q, A> writtenDownFirst(ServerCallHandler<Q, A> next, CallState state) {
        return (call, headers) -> new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onMessage(Q message) {
                byte[] request = bytes(message);
                isAbout(call.getMethodDescriptor(), request, state);
                state.hasBegun(auditor.begun(state.beginning()));
                // The stream that was read, once more.
                @SuppressWarnings("unchecked")
                Q again = (Q) new ByteArrayInputStream(request);
                super.onMessage(again);
            }
        };
    }

    /// The kit's servers show interceptors streams of bytes, whatever the method's own type is.
    private static byte[] bytes(Object message) {
        if (!(message instanceof InputStream stream)) {
            throw new IllegalStateException("requests must come here unparsed, this is a " + message.getClass());
        }
        try (stream) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
