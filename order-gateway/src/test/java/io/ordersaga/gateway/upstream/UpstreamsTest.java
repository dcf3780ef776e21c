package io.ordersaga.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.gateway.TestContracts;
import io.ordersaga.transcoder.http.Reply;
import io.ordersaga.transcoder.http.TimeAllowed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which rpc goes where, and what happens to the channel; the rest is tested from outside.
class UpstreamsTest {
    private static final TimeAllowed TIME = new TimeAllowed(Duration.ofSeconds(5), false);

    /// A channel on which every call ends at once with one status.
    private static final class EndingChannel extends ManagedChannel {
        private final Status status;
        private int resets;
        private boolean shutdown;

        EndingChannel(Status status) {
            this.status = status;
        }

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            return new ClientCall<>() {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    listener.onClose(status, new Metadata());
                }

                @Override
                public void request(int messages) {}

                @Override
                public void cancel(@Nullable String message, @Nullable Throwable cause) {}

                @Override
                public void halfClose() {}

                @Override
                public void sendMessage(Q message) {}
            };
        }

        @Override
        public void resetConnectBackoff() {
            resets++;
        }

        @Override
        public String authority() {
            return "ending";
        }

        @Override
        public ManagedChannel shutdown() {
            shutdown = true;
            return this;
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return shutdown();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    @ParameterizedTest
    @CsvSource({"UNAVAILABLE, 1", "NOT_FOUND, 0", "INTERNAL, 0", "DEADLINE_EXCEEDED, 0"})
    void anUnreachableUpstreamIsLookedForAgainAtOnce(Status.Code code, int resets) {
        EndingChannel channel = new EndingChannel(code.toStatus());
        ServiceDescriptor service = service("ordersaga.order.v1.OrderService");

        try (Upstreams upstreams = upstreams(channel, service)) {
            assertThatThrownBy(() -> call(upstreams, service)).isInstanceOf(StatusRuntimeException.class);
        }

        assertThat(channel.resets).isEqualTo(resets);
        assertThat(channel.shutdown).isTrue();
    }

    @Test
    void anRpcOfNoUpstreamIsAMistakeOfOurs() {
        EndingChannel channel = new EndingChannel(Status.OK);
        try (Upstreams upstreams = upstreams(channel, service("ordersaga.order.v1.OrderService"))) {
            ServiceDescriptor other = service("ordersaga.pay.v1.PayService");

            assertThat(upstreams.has(other.getMethods().getFirst())).isFalse();
            assertThatThrownBy(() -> call(upstreams, other)).hasMessageContaining("ordersaga.pay.v1.PayService");
        }
    }

    private static Reply call(Upstreams upstreams, ServiceDescriptor service) {
        var rpc = service.getMethods().getFirst();
        return upstreams.call(rpc, DynamicMessage.getDefaultInstance(rpc.getInputType()), new Metadata(), TIME);
    }

    private static Upstreams upstreams(ManagedChannel channel, ServiceDescriptor service) {
        return new Upstreams(
                List.of(new Upstreams.Address("order", "somewhere", List.of(service))),
                target -> channel,
                CircuitBreakerConfig.ofDefaults(),
                BulkheadConfig.ofDefaults(),
                Duration.ofSeconds(1));
    }

    private static ServiceDescriptor service(String name) {
        return TestContracts.shop().services().stream()
                .filter(service -> service.getFullName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
