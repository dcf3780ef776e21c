package io.ordersaga.saga.client;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/// Puts the [BranchContext] of a coordinator's call into the gRPC context, and turns a
/// [BranchRefusedException] that a handler throws into the answer that rolls the saga back, a
/// [BranchOngoingException] into "ask again". Calls without `dtm-gid` pass through untouched; a call that
/// names its branch wrongly is `INVALID_ARGUMENT`. Stateless and thread-safe; one instance serves every
/// service of a server.
public final class BranchContextInterceptor implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!headers.containsKey(BranchContext.GID)) {
            return next.startCall(call, headers);
        }
        BranchContext branch;
        try {
            branch = BranchContext.from(headers);
        } catch (InvalidBranchException e) {
            close(call, invalid(e));
            return new ServerCall.Listener<>() {};
        }
        Context context = Context.current().withValue(BranchContext.CURRENT, branch);
        return new SimpleForwardingServerCallListener<>(Contexts.interceptCall(context, call, headers, next)) {
            @Override
            public void onHalfClose() {
                try {
                    super.onHalfClose();
                } catch (BranchRefusedException e) {
                    close(call, e.toStatus());
                } catch (BranchOngoingException e) {
                    close(call, e.toStatus());
                }
            }
        };
    }

    private static void close(ServerCall<?, ?> call, Status status) {
        StatusRuntimeException answer = StatusProto.toStatusRuntimeException(status);
        Metadata trailers = answer.getTrailers();
        call.close(answer.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    private static Status invalid(InvalidBranchException e) {
        BadRequest details = BadRequest.newBuilder()
                .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                        .setField("dtm-" + e.field())
                        .setDescription(e.description()))
                .build();
        return Status.newBuilder()
                .setCode(Code.INVALID_ARGUMENT_VALUE)
                .setMessage("dtm-" + e.getMessage())
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason("INVALID_BRANCH")
                        .setDomain("saga.ordersaga")
                        .build()))
                .addDetails(Any.pack(details))
                .build();
    }
}
