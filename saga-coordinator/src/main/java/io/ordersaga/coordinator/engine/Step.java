package io.ordersaga.coordinator.engine;

/// One step of a saga: two URLs that get the same payload. An empty URL succeeds without a call.
public record Step(String action, String compensation, Bytes payload) {

    String url(Op op) {
        return switch (op) {
            case ACTION -> action;
            case COMPENSATION -> compensation;
        };
    }
}
