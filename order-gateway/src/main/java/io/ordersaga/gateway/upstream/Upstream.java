package io.ordersaga.gateway.upstream;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.transcoder.http.Reply;
import io.ordersaga.transcoder.http.RpcChannel;
import io.ordersaga.transcoder.http.TimeAllowed;
import java.util.List;

/// One program behind the gateway and the services that live there.
final class Upstream {
    private final ManagedChannel channel;
    private final RpcChannel rpcs;
    private final CallGuard guard;

    Upstream(ManagedChannel channel, CallGuard guard, List<ServiceDescriptor> services) {
        this.channel = channel;
        this.rpcs = new RpcChannel(channel, services);
        this.guard = guard;
    }

    boolean has(MethodDescriptor rpc) {
        return rpcs.has(rpc);
    }

    Reply call(MethodDescriptor rpc, DynamicMessage request, Metadata headers, TimeAllowed time) {
        return guard.run(time, () -> exchange(rpc, request, headers, time));
    }

    void close() {
        channel.shutdown();
    }

    private Reply exchange(MethodDescriptor rpc, DynamicMessage request, Metadata headers, TimeAllowed time) {
        try {
            return rpcs.call(rpc, request, headers, time);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                // Else gRPC would wait up to two minutes before it looks again; the breaker limits how often we do.
                channel.resetConnectBackoff();
            }
            throw e;
        }
    }
}
