package io.ordersaga.coordinator.transport;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// How one gRPC call ended. The call's own deadline ends it at the latest; nothing is thrown for a failure,
/// which happens too often for a stack trace each.
///
/// @param trailers empty when there were none
record UnaryAnswer(Status status, Metadata trailers) {

    /// Makes a call and waits for its end.
    static UnaryAnswer of(ClientCall<byte[], ?> call, Metadata metadata, byte[] payload) {
        CompletableFuture<UnaryAnswer> answer = new CompletableFuture<>();
        start(call, metadata, answer);
        try {
            call.sendMessage(payload);
            call.halfClose();
            return answer.get();
        } catch (InterruptedException interruption) {
            call.cancel("interrupted", interruption);
            Thread.currentThread().interrupt();
            return new UnaryAnswer(Status.CANCELLED.withDescription("interrupted"), new Metadata());
        } catch (ExecutionException | RuntimeException failure) {
            call.cancel("failed inside", failure);
            throw new IllegalStateException("the call could not be made", failure);
        }
    }

    private static <A> void start(
            ClientCall<byte[], A> call, Metadata metadata, CompletableFuture<UnaryAnswer> answer) {
        call.start(
                new ClientCall.Listener<>() {
                    private boolean hasMessage;

                    @Override
                    public void onMessage(A message) {
                        hasMessage = true;
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        boolean half = status.isOk() && !hasMessage;
                        answer.complete(new UnaryAnswer(
                                half ? Status.INTERNAL.withDescription("no message in the answer") : status, trailers));
                    }
                },
                metadata);
        // One message and one more, so that a second one would be noticed: as gRPC's own stubs ask.
        call.request(2);
    }
}
