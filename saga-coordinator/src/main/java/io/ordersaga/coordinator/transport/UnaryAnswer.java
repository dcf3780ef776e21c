package io.ordersaga.coordinator.transport;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// How one gRPC call ended. The call's own deadline ends it at the latest; nothing is thrown for a
/// failure, which happens too often for a stack trace each.
///
/// @param trailers empty when there were none
record UnaryAnswer(Status status, Metadata trailers) {

    /// Makes a call and waits for its end.
    static UnaryAnswer of(ClientCall<byte[], ?> call, Metadata metadata, byte[] payload) {
        CompletableFuture<UnaryAnswer> answer = new CompletableFuture<>();
        begin(call, metadata, payload, answer::complete);
        try {
            return answer.get();
        } catch (InterruptedException interruption) {
            call.cancel("interrupted", interruption);
            Thread.currentThread().interrupt();
            return new UnaryAnswer(Status.CANCELLED.withDescription("interrupted"), new Metadata());
        } catch (ExecutionException failure) {
            throw new IllegalStateException("nobody fails the answer", failure);
        }
    }

    /// Makes a call.
    ///
    /// @param ended hears of its end, once
    static <A> void begin(ClientCall<byte[], A> call, Metadata metadata, byte[] payload, Consumer<UnaryAnswer> ended) {
        Ear<A> ear = new Ear<>(ended);
        try {
            call.start(ear, metadata);
            // One message and one more, so that a second one would be noticed: as gRPC's own stubs ask.
            call.request(2);
            call.sendMessage(payload);
            call.halfClose();
        } catch (RuntimeException failure) {
            ear.tell(new UnaryAnswer(
                    Status.INTERNAL
                            .withDescription("the call could not be made: " + failure)
                            .withCause(failure),
                    new Metadata()));
            call.cancel("failed inside", failure);
        }
    }

    private static final class Ear<A> extends ClientCall.Listener<A> {
        private final Consumer<UnaryAnswer> ended;
        private final AtomicBoolean told = new AtomicBoolean();
        private boolean hasMessage;

        Ear(Consumer<UnaryAnswer> ended) {
            this.ended = ended;
        }

        @Override
        public void onMessage(A message) {
            hasMessage = true;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            boolean half = status.isOk() && !hasMessage;
            tell(new UnaryAnswer(
                    half ? Status.INTERNAL.withDescription("no message in the answer") : status, trailers));
        }

        private void tell(UnaryAnswer answer) {
            if (told.compareAndSet(false, true)) {
                ended.accept(answer);
            }
        }
    }
}
