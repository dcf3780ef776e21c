package io.ordersaga.testkit;

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
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Calls gRPC methods with bytes of one's own choice, also with ones that no stub would send, and reads the error of an
/// answer.
public final class RawCalls {
    private static final int DEADLINE_SECONDS = 20;

    private RawCalls() {}

    /// How a call ended.
    public record Answer(Status status, Metadata trailers) {
        /// The answer that a stub threw.
        public static Answer of(StatusRuntimeException thrown) {
            Metadata trailers = thrown.getTrailers();
            return new Answer(thrown.getStatus(), trailers == null ? new Metadata() : trailers);
        }

        public Status.Code code() {
            return status.getCode();
        }

        public com.google.rpc.Status rpcStatus() {
            com.google.rpc.Status status = StatusProto.fromStatusAndTrailers(status(), trailers);
            return status == null ? com.google.rpc.Status.getDefaultInstance() : status;
        }

        /// Reason, domain and metadata; fails when the answer has none.
        public ErrorInfo errorInfo() {
            return detail(ErrorInfo.class);
        }

        public RetryInfo retryInfo() {
            return detail(RetryInfo.class);
        }

        /// The fields that the answer complains about.
        public List<String> violatedFields() {
            return detail(BadRequest.class).getFieldViolationsList().stream()
                    .map(BadRequest.FieldViolation::getField)
                    .toList();
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

    public static Answer call(Channel channel, String method, Message request) {
        return call(channel, method, new Metadata(), List.of(request.toByteArray()));
    }

    /// What each method of a service answers to bytes that are no message, to no message at all and to two, by a
    /// description of the call.
    public static Map<String, Answer> nonsense(Channel channel, ServiceDescriptor service, Metadata headers) {
        Map<String, List<byte[]>> nonsense = Map.of(
                "cut short", List.of(new byte[] {10, 100, 1, 2, 3}),
                "no tag", List.of(new byte[] {0, 1}),
                "no message", List.of(),
                "two messages", List.of(new byte[0], new byte[0]));
        Map<String, Answer> answers = new TreeMap<>();
        for (MethodDescriptor<?, ?> method : service.getMethods()) {
            nonsense.forEach((name, messages) -> {
                Metadata own = new Metadata();
                own.merge(headers);
                answers.put(
                        method.getFullMethodName() + ": " + name,
                        call(channel, method.getFullMethodName(), own, messages));
            });
        }
        return answers;
    }

    /// Sends any number of messages, each any bytes, and waits for the end of the call.
    public static Answer call(Channel channel, String method, Metadata headers, List<byte[]> messages) {
        MethodDescriptor<byte[], byte[]> descriptor = RawBytes.unary(method).toBuilder()
                // So that grpc-java leaves the number of messages to us.
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .build();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        ClientCall<byte[], byte[]> call =
                channel.newCall(descriptor, CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
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
}
