package io.ordersaga.saga.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.ordersaga.testkit.RawBytes;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The interceptor in a server whose only method reports the context it finds and then runs what the test
/// asks.
class BranchContextInterceptorTest {
    private static final MethodDescriptor<byte[], byte[]> RESERVE = RawBytes.unary("test.Branches/Reserve");

    private final AtomicReference<Optional<BranchContext>> seen = new AtomicReference<>();
    private Runnable handler = () -> {};
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .intercept(new BranchContextInterceptor())
                .addService(ServerServiceDefinition.builder("test.Branches")
                        .addMethod(RESERVE, ServerCalls.asyncUnaryCall((request, answer) -> {
                            seen.set(BranchContext.find());
                            handler.run();
                            answer.onNext(new byte[0]);
                            answer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    @Test
    void handlerSeesTheBranchOfItsCall() {
        BranchContext branch = new BranchContext("place-1", "saga", "02", "action");

        call(branch.toMetadata());

        assertThat(seen.get()).contains(branch);
        assertThat(BranchContext.find()).isEmpty();
    }

    @Test
    void callOfAnyoneElsePassesWithoutContext() {
        call(new Metadata());

        assertThat(seen.get()).isEmpty();
    }

    @Test
    void wrongMetadataIsAnInvalidArgumentThatNamesTheKey() throws InvalidProtocolBufferException {
        Metadata metadata = new BranchContext("place-1", "saga", "02", "action").toMetadata();
        metadata.removeAll(Metadata.Key.of("dtm-op", Metadata.ASCII_STRING_MARSHALLER));

        Status status = failure(metadata);

        assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
        assertThat(status.getMessage()).isEqualTo("dtm-op must not be empty");
        assertThat(detail(status, BadRequest.class).getFieldViolations(0).getField())
                .isEqualTo("dtm-op");
        assertThat(detail(status, ErrorInfo.class).getReason()).isEqualTo("INVALID_BRANCH");
        assertThat(seen.get()).isNull();
    }

    @Test
    void refusalIsAbortedWithItsReason() throws InvalidProtocolBufferException {
        handler = () -> {
            throw new BranchRefusedException(
                    "stock.ordersaga", "OUT_OF_STOCK", "Not enough pieces", Map.of("product_id", "1"));
        };

        Status status = failure(new BranchContext("place-1", "saga", "02", "action").toMetadata());

        assertThat(status.getCode()).isEqualTo(Code.ABORTED_VALUE);
        assertThat(status.getMessage()).isEqualTo("Not enough pieces");
        assertThat(detail(status, ErrorInfo.class))
                .isEqualTo(ErrorInfo.newBuilder()
                        .setDomain("stock.ordersaga")
                        .setReason("OUT_OF_STOCK")
                        .putMetadata("product_id", "1")
                        .build());
    }

    @Test
    void ongoingIsAFailedPrecondition() {
        handler = () -> {
            throw new BranchOngoingException("printing");
        };

        Status status = failure(new BranchContext("place-1", "saga", "02", "action").toMetadata());

        assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION_VALUE);
        assertThat(status.getMessage()).isEqualTo("printing");
    }

    @Test
    void refusalKeepsWhatItIsMadeOf() {
        BranchRefusedException refusal =
                new BranchRefusedException("stock.ordersaga", "OUT_OF_STOCK", "No", Map.of("available", "3"));

        assertThat(refusal.domain()).isEqualTo("stock.ordersaga");
        assertThat(refusal.reason()).isEqualTo("OUT_OF_STOCK");
        assertThat(refusal.metadata()).containsExactly(Map.entry("available", "3"));
    }

    private Status failure(Metadata metadata) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, () -> call(metadata));
        return Objects.requireNonNull(StatusProto.fromThrowable(failure));
    }

    private byte[] call(Metadata metadata) {
        Channel with = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
        return ClientCalls.blockingUnaryCall(with, RESERVE, CallOptions.DEFAULT, new byte[0]);
    }

    private static <T extends Message> T detail(Status status, Class<T> type) throws InvalidProtocolBufferException {
        for (Any detail : status.getDetailsList()) {
            if (detail.is(type)) {
                return detail.unpack(type);
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " in " + status);
    }
}
