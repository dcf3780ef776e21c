package io.ordersaga.bench.load;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.ordersaga.bench.participant.NoOpParticipant;
import io.ordersaga.bench.participant.RawBytes;
import java.util.concurrent.TimeUnit;

/// The calls of a saga without a coordinator: one after the other, straight to the participant.
public final class BareCalls implements Operation {
    private static final MethodDescriptor<byte[], byte[]> DO = RawBytes.unary(NoOpParticipant.SERVICE + "Do");

    private final Channels channels;
    private final int steps;
    private final byte[] payload;

    public BareCalls(Channels channels, int steps, byte[] payload) {
        this.channels = channels;
        this.steps = steps;
        this.payload = payload.clone();
    }

    @Override
    public void call() {
        Channel channel = channels.next();
        for (int step = 0; step < steps; step++) {
            var _ = ClientCalls.blockingUnaryCall(
                    channel, DO, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS), payload);
        }
    }
}
