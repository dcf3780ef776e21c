package io.ordersaga.coordinator.admin.access;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.net.InetSocketAddress;

/// Writes down how operations ended and what was denied, as the caller sees it: outside of what turns
/// exceptions into statuses.
final class AuditInterceptor implements ServerInterceptor {

    /// From the HTTP side of this program; believed from nobody else.
    static final Metadata.Key<String> ORIGIN = Metadata.Key.of("ordersaga-origin", Metadata.ASCII_STRING_MARSHALLER);

    private final Auditor auditor;

    AuditInterceptor(Auditor auditor) {
        this.auditor = auditor;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!MethodRoles.areControlled(call.getMethodDescriptor())) {
            return next.startCall(call, headers);
        }
        CallState state = new CallState(call.getMethodDescriptor().getFullMethodName(), originOf(call, headers));
        var watched = new SimpleForwardingServerCall<Q, A>(call) {
            @Override
            public void sendHeaders(Metadata responseHeaders) {
                state.addAnswerTo(responseHeaders);
                super.sendHeaders(responseHeaders);
            }

            @Override
            public void close(Status status, Metadata trailers) {
                state.end(outcome(status, trailers)).ifPresent(auditor::ended);
                super.close(status, trailers);
            }
        };
        Context context = state.in(Context.current());
        return new SimpleForwardingServerCallListener<>(Contexts.interceptCall(context, watched, headers, next)) {
            @Override
            public void onCancel() {
                super.onCancel();
                state.end(Status.Code.CANCELLED.name()).ifPresent(auditor::ended);
            }
        };
    }

    private static String originOf(ServerCall<?, ?> call, Metadata headers) {
        if (call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress address) {
            return address.getAddress() == null
                    ? address.getHostString()
                    : address.getAddress().getHostAddress();
        }
        String told = headers.get(ORIGIN);
        return told == null ? "page" : told;
    }

    private static String outcome(Status status, Metadata trailers) {
        String code = status.getCode().name();
        com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
        for (Any detail : details.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    return code + " " + detail.unpack(ErrorInfo.class).getReason();
                } catch (InvalidProtocolBufferException e) {
                    return code;
                }
            }
        }
        return code;
    }
}
