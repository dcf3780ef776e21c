package io.ordersaga.kit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Calls methods with bytes of one's own choice, also with ones that no stub would send.
final class RawCalls {
    private RawCalls() {}

    /// How a call ended.
    record Answer(Status status, Metadata trailers) {
        com.google.rpc.Status rpcStatus() {
            com.google.rpc.Status status = StatusProto.fromStatusAndTrailers(status(), trailers);
            return status == null ? com.google.rpc.Status.getDefaultInstance() : status;
        }

        ErrorInfo errorInfo() {
            return detail(ErrorInfo.class);
        }

        BadRequest badRequest() {
            return detail(BadRequest.class);
        }

        RetryInfo retryInfo() {
            return detail(RetryInfo.class);
        }

        private <T extends Message> T detail(Class<T> type) {
            return rpcStatus().getDetailsList().stream()
                    .filter(any -> any.is(type))
                    .map(any -> {
                        try {
                            return any.unpack(type);
                        } catch (InvalidProtocolBufferException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " in " + this));
        }
    }

    static Answer call(Channel channel, String method, Message request) {
        return call(channel, method, new Metadata(), List.of(request.toByteArray()));
    }

    static Answer call(Channel channel, String method, Metadata headers, List<byte[]> messages) {
        MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(method)
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        ClientCall<byte[], byte[]> call =
                channel.newCall(descriptor, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, @Nullable Metadata trailers) {
                        answer.complete(new Answer(status, trailers == null ? new Metadata() : trailers));
                    }
                },
                headers);
        call.request(10);
        messages.forEach(call::sendMessage);
        call.halfClose();
        return answer.join();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
