package io.ordersaga.kit;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import org.jspecify.annotations.Nullable;

/// Tells the log which order a request is about, when it has a field `order_id`.
final class OrderIdInterceptor implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onMessage(Q message) {
                if (message instanceof Message request) {
                    @Nullable
                    FieldDescriptor field = request.getDescriptorForType().findFieldByName(CallScope.ORDER_ID);
                    if (field != null && request.getField(field) instanceof String orderId) {
                        CallScope.current().ifPresent(scope -> scope.orderId(orderId));
                    }
                }
                super.onMessage(message);
            }
        };
    }
}
