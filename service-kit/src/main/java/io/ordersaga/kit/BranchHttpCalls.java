package io.ordersaga.kit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TypeRegistry;
import com.google.rpc.Code;
import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import io.grpc.protobuf.StatusProto;
import io.ordersaga.saga.client.BranchAnswer;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.InvalidBranchException;
import io.ordersaga.transcoder.http.RpcChannel;
import io.ordersaga.transcoder.http.TimeAllowed;
import io.ordersaga.transcoder.transcoding.BadRequestException;
import io.ordersaga.transcoder.transcoding.MessageReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Calls the branch methods of this program's gRPC services for a coordinator that calls over HTTP: the JSON
/// body is the request of the method, who asks for what stands in the query as DTM writes it, and the answer
/// is that of the very same method behind the very same interceptors. Nothing here knows a method. Thread-safe.
final class BranchHttpCalls implements AutoCloseable {
    /// What a service of branches is called, by the naming of our contracts.
    private static final String BRANCHES = "Branches";

    private static final Metadata.Key<String> TRACEPARENT =
            Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

    private static final int JSON_DEPTH_MAX = 32;

    private final Map<String, MethodDescriptor> methods = new HashMap<>();
    private final InProcessServices services;
    private final RpcChannel channel;
    private final MessageReader json = new MessageReader(JSON_DEPTH_MAX, TypeRegistry.getEmptyTypeRegistry());
    private final TimeAllowed timeLimit;

    /// @param all services of the program with their interceptors; those that are no branches are left out
    /// @param timeLimit of one call
    BranchHttpCalls(List<ServerServiceDefinition> all, Duration timeLimit) {
        this.timeLimit = new TimeAllowed(timeLimit, false);
        List<ServerServiceDefinition> branches = all.stream()
                .filter(service -> service.getServiceDescriptor().getName().endsWith(BRANCHES))
                .toList();
        List<ServiceDescriptor> descriptors =
                branches.stream().map(BranchHttpCalls::descriptor).toList();
        for (ServiceDescriptor service : descriptors) {
            service.getMethods()
                    .forEach(method -> methods.put("/" + service.getFullName() + "/" + method.getName(), method));
        }
        this.services = new InProcessServices(branches);
        this.channel = new RpcChannel(services.channel(), descriptors);
    }

    private static ServiceDescriptor descriptor(ServerServiceDefinition service) {
        if (service.getServiceDescriptor().getSchemaDescriptor() instanceof ProtoServiceDescriptorSupplier schema) {
            return schema.getServiceDescriptor();
        }
        throw new IllegalStateException(service.getServiceDescriptor().getName() + " is not made of a proto");
    }

    /// What can be called: `/package.Service/Method`.
    ///
    /// @param path of the request
    Optional<MethodDescriptor> method(String path) {
        return Optional.ofNullable(methods.get(path));
    }

    /// Who calls.
    ///
    /// @param rawQuery percent-encoded, without its `?`
    /// @param rejection the header `saga-rejection-bin`
    /// @param traceParent the header of this name
    record Caller(
            @Nullable String rawQuery,
            @Nullable String rejection,
            @Nullable String traceParent) {
        Metadata metadata() {
            Metadata metadata = BranchContext.fromQuery(rawQuery == null ? "" : rawQuery)
                    .withRejection(rejection)
                    .toMetadata();
            if (traceParent != null) {
                metadata.put(TRACEPARENT, traceParent);
            }
            return metadata;
        }
    }

    /// Calls the method and waits for its answer.
    BranchAnswer call(MethodDescriptor method, Caller caller, ByteString body) {
        try {
            Metadata metadata = caller.metadata();
            channel.call(method, request(method.getInputType(), body), metadata, timeLimit);
            return BranchAnswer.done();
        } catch (InvalidBranchException | BadRequestException e) {
            return BranchAnswer.of(Status.newBuilder()
                    .setCode(Code.INVALID_ARGUMENT_VALUE)
                    .setMessage(String.valueOf(e.getMessage()))
                    .build());
        } catch (StatusRuntimeException e) {
            return BranchAnswer.of(StatusProto.fromStatusAndTrailers(e.getStatus(), e.getTrailers()));
        }
    }

    private DynamicMessage request(Descriptor type, ByteString body) throws BadRequestException {
        return json.read(type, body);
    }

    @Override
    public void close() {
        services.close();
    }
}
