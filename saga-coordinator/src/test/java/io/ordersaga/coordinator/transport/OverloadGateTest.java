package io.ordersaga.coordinator.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Empty;
import com.google.rpc.RetryInfo;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.Submissions;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.saga.dtm.DtmGidReply;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/// Who is refused for want of room costs nothing but the refusal, and not too many refusals go out at once.
class OverloadGateTest {

    private static final Duration RETRY_AFTER = Duration.ofMillis(1_200);

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Sagas sagas = new Sagas();
    private final OverloadGate gate = new OverloadGate(sagas, new RefusalSettings(1000, Duration.ofMillis(500), 10));

    private static final class Sagas implements Submissions {

        private volatile boolean full;

        @Override
        public Optional<SubmitAnswer.Overloaded> overload() {
            return full ? Optional.of(new SubmitAnswer.Overloaded(RETRY_AFTER)) : Optional.empty();
        }

        @Override
        public SubmitAnswer submit(SagaDefinition definition, boolean waitForEnd, Duration patience) {
            return new SubmitAnswer.Accepted();
        }
    }

    @AfterEach
    void close() {
        gate.close();
    }

    @Test
    void overGrpcNothingBehindTheGateSeesTheCall() throws Exception {
        Server server = server();
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        try {
            DtmGrpc.DtmBlockingStub dtm = DtmGrpc.newBlockingStub(channel).withDeadlineAfter(Duration.ofSeconds(20));
            assertThat(dtm.submit(request())).isEqualTo(Empty.getDefaultInstance());
            assertThat(seen).containsExactly("interceptor", "handler on a virtual thread");

            sagas.full = true;
            assertThatThrownBy(() -> dtm.submit(request()))
                    .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                        com.google.rpc.Status status = Objects.requireNonNull(StatusProto.fromThrowable(refused));
                        assertThat(status).isEqualTo(SagaErrors.overloaded(RETRY_AFTER));
                        assertThat(status.getDetailsList()).anyMatch(detail -> detail.is(RetryInfo.class));
                    });
            assertThat(seen).hasSize(2);
            assertThat(dtm.newGid(Empty.getDefaultInstance()).getGid())
                    .as("only submits are refused")
                    .isEqualTo("a gid");

            sagas.full = false;
            assertThat(dtm.submit(request())).isEqualTo(Empty.getDefaultInstance());
        } finally {
            channel.shutdownNow();
            server.shutdownNow();
        }
    }

    @Test
    void overHttpNothingBehindTheGateSeesTheRequest() throws Exception {
        MockHttpServletResponse taken = new MockHttpServletResponse();
        MockFilterChain chain = new MockFilterChain();
        gate.doFilter(new MockHttpServletRequest("POST", "/api/dtmsvr/submit"), taken, chain);
        assertThat(chain.getRequest()).isNotNull();

        sagas.full = true;
        MockHttpServletResponse refused = new MockHttpServletResponse();
        MockFilterChain closed = new MockFilterChain();
        gate.doFilter(new MockHttpServletRequest("POST", "/api/dtmsvr/submit"), refused, closed);
        assertThat(closed.getRequest()).isNull();
        assertThat(refused.getStatus()).isEqualTo(429);
        assertThat(refused.getHeader("Retry-After")).isEqualTo("2");
        assertThat(refused.getContentAsString()).contains("too many sagas");

        MockFilterChain query = new MockFilterChain();
        gate.doFilter(new MockHttpServletRequest("GET", "/api/dtmsvr/query"), new MockHttpServletResponse(), query);
        assertThat(query.getRequest()).isNotNull();
    }

    @Test
    void refusalsBeyondTheRateWaitTheirTurnButNotForLong() {
        List<Integer> sent = new ArrayList<>();
        ScriptedTicks ticks = new ScriptedTicks();
        // One in each tick, and nobody waits for more than five of them.
        Refusals refusals = new Refusals(new RefusalSettings(100, Refusals.TICK.multipliedBy(5), 20), ticks);
        for (int number = 0; number < 3; number++) {
            int each = number;
            refusals.send(() -> sent.add(each));
        }
        assertThat(sent).containsExactly(0);
        ticks.pass();
        assertThat(sent).containsExactly(0, 1);
        ticks.pass();
        ticks.pass();
        assertThat(sent).containsExactly(0, 1, 2);
        ticks.pass();
        assertThat(ticks.isWanted()).as("nothing to do any more").isFalse();

        sent.clear();
        for (int number = 0; number < 22; number++) {
            int each = number;
            refusals.send(() -> sent.add(each));
        }
        assertThat(sent).as("the first, and one that there was no room for").containsExactly(0, 21);
        ticks.pass();
        assertThat(sent).as("a fifth of those that wait").hasSize(6);
        refusals.close();
        assertThat(sent).as("all are told in the end").hasSize(22);
        refusals.send(() -> sent.add(99));
        assertThat(sent).endsWith(99);
    }

    private static DtmRequest request() {
        return DtmRequest.newBuilder().setGid("gid-1").setTransType("saga").build();
    }

    private Server server() throws Exception {
        DtmGrpc.DtmImplBase dtm = new DtmGrpc.DtmImplBase() {
            @Override
            public void submit(DtmRequest request, StreamObserver<Empty> observer) {
                seen.add("handler on a " + (Thread.currentThread().isVirtual() ? "virtual" : "platform") + " thread");
                observer.onNext(Empty.getDefaultInstance());
                observer.onCompleted();
            }

            @Override
            public void newGid(Empty request, StreamObserver<DtmGidReply> observer) {
                observer.onNext(DtmGidReply.newBuilder().setGid("a gid").build());
                observer.onCompleted();
            }
        };
        ServerInterceptor behind = new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                if (call.getMethodDescriptor().getFullMethodName().endsWith("/Submit")) {
                    seen.add("interceptor");
                }
                return next.startCall(call, headers);
            }
        };
        return NettyServerBuilder.forPort(0)
                .executor(Runnable::run)
                .callExecutor(gate)
                .addService(ServerInterceptors.interceptForward(dtm.bindService(), gate, behind))
                .build()
                .start();
    }

    /// Time that passes when the test says so.
    private static final class ScriptedTicks implements Refusals.Ticks {

        private Optional<Runnable> wanted = Optional.empty();

        @Override
        public void next(Runnable tick) {
            wanted = Optional.of(tick);
        }

        boolean isWanted() {
            return wanted.isPresent();
        }

        void pass() {
            Optional<Runnable> now = wanted;
            wanted = Optional.empty();
            now.ifPresent(Runnable::run);
        }

        @Override
        public void close() {
            wanted = Optional.empty();
        }
    }
}
