package io.ordersaga.bench.participant;

/// Where a [NoOpParticipant] listens.
public record NoOpAddress(int grpcPort, int httpPort) {
    /// The gRPC method that answers by this word, as a coordinator calls it.
    public String grpc(String word) {
        return "127.0.0.1:" + grpcPort + "/" + NoOpParticipant.SERVICE + word;
    }

    public String http(String word) {
        return "http://127.0.0.1:" + httpPort + "/" + word;
    }
}
