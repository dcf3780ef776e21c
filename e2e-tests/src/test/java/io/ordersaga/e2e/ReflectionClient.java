package io.ordersaga.e2e;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.ordersaga.testkit.RawBytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What grpcurl does: asks a server for its services and their messages, and calls them with nothing else at hand.
final class ReflectionClient implements AutoCloseable {
    private static final int TIME_LIMIT_SECONDS = 10;

    private final ManagedChannel channel;

    ReflectionClient(int port) {
        this.channel = NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .usePlaintext()
                .build();
    }

    List<String> services() {
        ServerReflectionResponse response =
                ask(ServerReflectionRequest.newBuilder().setListServices("").build());
        return response.getListServicesResponse().getServiceList().stream()
                .map(ServiceResponse::getName)
                .toList();
    }

    List<MethodDescriptor> methods(String service) {
        ServerReflectionResponse response = ask(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol(service)
                .build());
        Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
        for (ByteString bytes : response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
            collect(parse(bytes), files);
        }
        String name = service.substring(service.lastIndexOf('.') + 1);
        return files.values().stream()
                .map(file -> build(file, files))
                .map(file -> file.findServiceByName(name))
                .filter(found -> found != null && found.getFullName().equals(service))
                .findFirst()
                .map(ServiceDescriptor::getMethods)
                .orElseThrow();
    }

    /// Calls a method with the bytes of a message.
    ///
    /// @throws io.grpc.StatusRuntimeException when the server refuses
    byte[] call(MethodDescriptor method, byte[] request, Metadata headers) {
        return ClientCalls.blockingUnaryCall(
                io.grpc.ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                RawBytes.unary(method.getService().getFullName() + "/" + method.getName()),
                CallOptions.DEFAULT.withDeadlineAfter(TIME_LIMIT_SECONDS, TimeUnit.SECONDS),
                request);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private void collect(FileDescriptorProto file, Map<String, FileDescriptorProto> files) {
        if (files.putIfAbsent(file.getName(), file) != null) {
            return;
        }
        for (String dependency : file.getDependencyList()) {
            if (!files.containsKey(dependency)) {
                ServerReflectionResponse response = ask(ServerReflectionRequest.newBuilder()
                        .setFileByFilename(dependency)
                        .build());
                response.getFileDescriptorResponse()
                        .getFileDescriptorProtoList()
                        .forEach(bytes -> collect(parse(bytes), files));
            }
        }
    }

    private ServerReflectionResponse ask(ServerReflectionRequest request) {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> requests = ServerReflectionGrpc.newStub(channel)
                .withDeadlineAfter(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        answer.completeExceptionally(new IllegalStateException("no answer"));
                    }
                });
        requests.onNext(request);
        requests.onCompleted();
        return answer.join();
    }

    private static FileDescriptorProto parse(ByteString bytes) {
        try {
            return FileDescriptorProto.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("The server's descriptors are not descriptors", e);
        }
    }

    private static FileDescriptor build(FileDescriptorProto file, Map<String, FileDescriptorProto> files) {
        FileDescriptor[] dependencies = file.getDependencyList().stream()
                .map(name -> build(java.util.Objects.requireNonNull(files.get(name), name), files))
                .toArray(FileDescriptor[]::new);
        try {
            return FileDescriptor.buildFrom(file, dependencies);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }
}
