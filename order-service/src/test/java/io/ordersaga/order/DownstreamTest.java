package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DownstreamTest {
    @Test
    void everyoneIsConnectedToAndNobodyWaitedFor() {
        RecordingChannel coordinator = new RecordingChannel();
        RecordingChannel stock = new RecordingChannel();
        RecordingChannel coupon = new RecordingChannel();
        new OrderWiring.Downstream(coordinator, stock, coupon).reconnect();
        assertThat(List.of(coordinator, stock, coupon))
                .allSatisfy(channel -> assertThat(channel.requests).containsExactly("no back-off", "connect"));
    }

    private static final class RecordingChannel extends ManagedChannel {
        private final List<String> requests = new ArrayList<>();

        @Override
        public void resetConnectBackoff() {
            requests.add("no back-off");
        }

        @Override
        public ConnectivityState getState(boolean requestConnection) {
            requests.add(requestConnection ? "connect" : "look");
            return ConnectivityState.IDLE;
        }

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            throw new UnsupportedOperationException(method.getFullMethodName());
        }

        @Override
        public String authority() {
            return "nobody";
        }

        @Override
        public ManagedChannel shutdown() {
            return this;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return this;
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }
}
